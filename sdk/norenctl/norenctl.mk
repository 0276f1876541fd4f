# the management command line
