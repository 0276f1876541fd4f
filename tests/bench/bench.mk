# Not started by make check: how to run it is in README.md.
EXTRA_DIST += \
	%D%/README.md \
	%D%/drivers/noren.py \
	$(NULL)
