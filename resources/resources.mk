# the base brand
