# What a machine can see of the house style.
lint_tests = \
	%D%/arrows.py \
	%D%/format.sh \
	%D%/globals.sh \
	%D%/shell.sh \
	%D%/style.py \
	$(NULL)
dist_check_SCRIPTS += $(lint_tests)
TESTS += $(lint_tests)
