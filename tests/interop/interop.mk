# Real peers, both ways: Debian's softether packages against our programs.
interop_tests = \
	%D%/management.py \
	%D%/stock_client.py \
	%D%/stock_server.py \
	$(NULL)
dist_check_SCRIPTS += $(interop_tests)
TESTS += $(interop_tests)
EXTRA_DIST += \
	tests/lab/__init__.py \
	tests/lab/accessible.py \
	tests/lab/desktop.py \
	tests/lab/lab.py \
	tests/lab/noren.py \
	tests/lab/stock.py \
	tests/lab/stranger.py \
	tests/lab/transfer.py \
	$(NULL)
