# unit tests of this room
