# the privileged service and the command line
