include sdk/norenctl/norenctl.mk
