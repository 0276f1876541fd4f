store_unit_sources = %D%/store_fixture.c %D%/store_fixture.h %D%/test.h
store_unit_cflags = $(unit_cflags) $(SQLITE_CFLAGS)
store_unit_ldadd = server/libserver.la $(unit_ldadd)

store_unit_tests = \
	tests/unit/test_store_accounts \
	tests/unit/test_store_durable \
	tests/unit/test_store_init \
	tests/unit/test_store_name \
	tests/unit/test_store_schema \
	$(NULL)
check_PROGRAMS += $(store_unit_tests)
TESTS += $(store_unit_tests)
tests_unit_test_store_accounts_SOURCES = %D%/test_store_accounts.c $(store_unit_sources)
tests_unit_test_store_accounts_CFLAGS = $(store_unit_cflags)
tests_unit_test_store_accounts_LDADD = $(store_unit_ldadd)
tests_unit_test_store_durable_SOURCES = %D%/test_store_durable.c $(store_unit_sources)
tests_unit_test_store_durable_CFLAGS = $(store_unit_cflags)
tests_unit_test_store_durable_LDADD = $(store_unit_ldadd)
tests_unit_test_store_init_SOURCES = %D%/test_store_init.c $(store_unit_sources)
tests_unit_test_store_init_CFLAGS = $(store_unit_cflags)
tests_unit_test_store_init_LDADD = $(store_unit_ldadd)
tests_unit_test_store_name_SOURCES = %D%/test_store_name.c $(store_unit_sources)
tests_unit_test_store_name_CFLAGS = $(store_unit_cflags)
tests_unit_test_store_name_LDADD = $(store_unit_ldadd)
tests_unit_test_store_schema_SOURCES = %D%/test_store_schema.c $(store_unit_sources)
tests_unit_test_store_schema_CFLAGS = $(store_unit_cflags)
tests_unit_test_store_schema_LDADD = $(store_unit_ldadd)

# ---- management ----
admin_unit_sources = \
	%D%/admin_fake.c \
	%D%/admin_fake.h \
	%D%/admin_fixture.c \
	%D%/admin_fixture.h \
	$(store_unit_sources)

admin_unit_tests = \
	tests/unit/test_admin_call \
	tests/unit/test_admin_conn \
	tests/unit/test_norenctl_options \
	tests/unit/test_norenctl_sheet \
	tests/unit/test_proto_rpc_frame \
	$(NULL)
check_PROGRAMS += $(admin_unit_tests)
TESTS += $(admin_unit_tests)
tests_unit_test_admin_call_SOURCES = %D%/test_admin_call.c $(admin_unit_sources)
tests_unit_test_admin_call_CFLAGS = $(store_unit_cflags)
tests_unit_test_admin_call_LDADD = $(store_unit_ldadd)
tests_unit_test_admin_conn_SOURCES = %D%/test_admin_conn.c $(admin_unit_sources)
tests_unit_test_admin_conn_CFLAGS = $(store_unit_cflags)
tests_unit_test_admin_conn_LDADD = $(store_unit_ldadd)
tests_unit_test_norenctl_options_SOURCES = %D%/test_norenctl_options.c %D%/test.h
tests_unit_test_norenctl_options_CFLAGS = $(unit_cflags)
tests_unit_test_norenctl_options_LDADD = sdk/norenctl/libnorenctl.la $(unit_ldadd)
tests_unit_test_norenctl_sheet_SOURCES = %D%/test_norenctl_sheet.c %D%/test.h
tests_unit_test_norenctl_sheet_CFLAGS = $(unit_cflags)
tests_unit_test_norenctl_sheet_LDADD = sdk/norenctl/libnorenctl.la $(unit_ldadd)
tests_unit_test_proto_rpc_frame_SOURCES = %D%/test_proto_rpc_frame.c %D%/test.h
tests_unit_test_proto_rpc_frame_CFLAGS = $(unit_cflags)
tests_unit_test_proto_rpc_frame_LDADD = $(unit_ldadd)
