/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "sdk/norenctl/command.h"
#include "tests/unit/test.h"

#define SERVER "--server", "127.0.0.1:443"
#define PIN    "--pin", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

/** Parses the words; getopt wants to reorder them, so they are copied. */
static enum options_result parse(
        const char *const *words, struct ctl_options *out, struct noren_err *err)
{
    char *argv[32] = { noren_strdup("norenctl") };
    char *owned[32];
    int argc = 1;

    for (; words[argc - 1] != NULL; argc++)
        argv[argc] = noren_strdup(words[argc - 1]);
    memcpy(owned, argv, sizeof owned);
    enum options_result result = options_parse(argc, argv, out, err);
    /* The result borrows from argv: what is looked at later is static text of the caller. */
    if (out->name != NULL)
        for (int i = 1; i < argc; i++)
            if (strcmp(words[i - 1], out->name) == 0)
                out->name = words[i - 1];
    for (int i = 0; i < argc; i++)
        free(owned[i]);
    return result;
}

#define PARSE(out, err, ...) parse((const char *const[]){ __VA_ARGS__, NULL }, out, err)

static void test_the_documented_invocations_are_taken(void **state)
{
    struct ctl_options options;

    (void)state;
    assert_int_equal(PARSE(&options, NULL, SERVER, PIN, "--password-file", "f", "hub", "create",
                             "main", "--securenat"),
            OPTIONS_RUN);
    assert_string_equal(options.command->verb, "create");
    assert_string_equal(options.name, "main");
    assert_string_equal(options.host, "127.0.0.1");
    assert_int_equal(options.port, 443);
    assert_true(options.securenat);
    assert_int_equal(
            PARSE(&options, NULL, SERVER, "--ca", "server.crt", "--password-file", "f", "--hub",
                    "main", "user", "create", "alice", "--user-password-file", "u"),
            OPTIONS_RUN);
    assert_string_equal(options.name, "alice");
    assert_int_equal(options.ca_count, 1);
    assert_int_equal(options.output, SHEET_TABLE);
}

static void test_nothing_runs_without_ca_or_pin(void **state)
{
    struct ctl_options options;
    struct noren_err err = { 0 };

    (void)state;
    assert_int_equal(PARSE(&options, &err, SERVER, "hub", "list"), OPTIONS_WRONG);
    assert_non_null(strstr(err.text, "--pin"));
    assert_non_null(strstr(err.text, "--ca"));
}

static void test_what_cannot_be_carried_out_is_refused_with_a_remedy(void **state)
{
    static const struct {
        const char *words[16];
        const char *says;
    } CASES[] = {
        { { PIN, "hub", "list" }, "--server" },
        { { SERVER, PIN }, "hub list" },
        { { SERVER, PIN, "hub" }, "--help" },
        { { SERVER, PIN, "hub", "paint" }, "no command \"hub paint\"" },
        { { SERVER, PIN, "hub", "create" }, "hub create NAME" },
        { { SERVER, PIN, "hub", "list", "x" }, "norenctl hub list" },
        { { SERVER, PIN, "user", "list" }, "--hub" },
        { { SERVER, PIN, "--hub", "h", "user", "create", "a" }, "--user-password-file" },
        { { SERVER, PIN, "--hub-admin", "hub", "list" }, "--hub" },
        { { SERVER, PIN, "hub", "list", "--securenat" }, "does not belong" },
        { { SERVER, PIN, "--output", "xml", "hub", "list" }, "table, json or csv" },
        { { SERVER, "--pin", "abc", "hub", "list" }, "44 characters" },
        { { "--server", "nowhere", PIN, "hub", "list" }, "--server nowhere" },
        { { SERVER, PIN, "--frobnicate", "hub", "list" }, "--frobnicate" },
        { { SERVER, PIN, "hub", "list", "--output" }, "--output" },
    };

    (void)state;
    for (size_t i = 0; i < noren_countof(CASES); i++) {
        struct ctl_options options;
        struct noren_err err = { 0 };
        assert_int_equal(parse(CASES[i].words, &options, &err), OPTIONS_WRONG);
        if (strstr(err.text, CASES[i].says) == NULL)
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, err.text, CASES[i].says);
    }
}

static void test_every_command_is_in_the_help_and_the_exit_codes_too(void **state)
{
    char *help = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&help, &len);

    (void)state;
    options_print_help(out);
    assert_int_equal(fclose(out), 0);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        char words[64];
        (void)snprintf(words, sizeof words, "%s %s", COMMANDS[i].noun, COMMANDS[i].verb);
        assert_non_null(strstr(help, words));
    }
    assert_non_null(strstr(help, "8 refused by the server"));
    free(help);
}

static void test_error_numbers_become_exit_codes(void **state)
{
    (void)state;
    assert_int_equal(exit_from_error(8), CTL_MISSING);
    assert_int_equal(exit_from_error(29), CTL_MISSING);
    assert_int_equal(exit_from_error(57), CTL_EXISTS);
    assert_int_equal(exit_from_error(66), CTL_EXISTS);
    assert_int_equal(exit_from_error(12), CTL_DENIED);
    assert_int_equal(exit_from_error(52), CTL_REFUSED);
    assert_int_equal(exit_from_error(4711), CTL_REFUSED);
    assert_int_equal(exit_from_code(NOREN_E_TRUST), CTL_UNTRUSTED);
    assert_int_equal(exit_from_code(NOREN_E_TIMEOUT), CTL_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_documented_invocations_are_taken),
        cmocka_unit_test(test_nothing_runs_without_ca_or_pin),
        cmocka_unit_test(test_what_cannot_be_carried_out_is_refused_with_a_remedy),
        cmocka_unit_test(test_every_command_is_in_the_help_and_the_exit_codes_too),
        cmocka_unit_test(test_error_numbers_become_exit_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
