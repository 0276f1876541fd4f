# Real programs in network namespaces; they skip themselves without root. hostile.py: what strangers
# send to a running server.
net_tests = \
	%D%/client_connect.sh \
	%D%/client_path.sh \
	%D%/client_service.sh \
	%D%/client_trouble.sh \
	%D%/client_trust.sh \
	%D%/client_undo.sh \
	%D%/hostile.py \
	%D%/hostile_members.py \
	$(NULL)
dist_check_SCRIPTS += $(net_tests)
TESTS += $(net_tests)
EXTRA_DIST += tests/net/lib.sh tests/net/programs.sh
