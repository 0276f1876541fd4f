# Installers built from example and new brands, installed on lab machines.
installer_tests = \
	%D%/install_uninstall.py \
	%D%/leak.py \
	$(NULL)
dist_check_SCRIPTS += $(installer_tests)
TESTS += $(installer_tests)
