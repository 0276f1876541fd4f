# net tests

# What strangers send to a running server.
dist_check_SCRIPTS += %D%/hostile.py
TESTS += %D%/hostile.py
