/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

#include "engine/profile.h"
#include "tests/unit/test.h"

#define HEAD "[profile]\nservers=vpn.example.net:443\nhub=TOKYO\ntrust=ca.pem\n"

static bool parse(const char *text, struct profile *out, struct noren_err *err)
{
    return profile_parse(text, strlen(text), out, err);
}

static void refused(const char *text, const char *says)
{
    struct profile profile;
    struct noren_err err = { 0 };

    assert_false(parse(text, &profile, &err));
    if (strstr(err.text, says) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", says, err.text);
}

static void test_a_full_profile_is_read(void **state)
{
    (void)state;
    noren_cleanup(profile_clear) struct profile p = { .id = "" };
    struct noren_err err = { 0 };

    if (!parse("[profile]\nname=Tokyo\nname[ja]=\xe6\x9d\xb1\xe4\xba\xac\norder=10\nregion=jp\n"
               "servers=vpn.example.net:443; 192.0.2.7:992 ;[2001:db8::1]:5555\n"
               "protocol=tcp\nudp=off\nhub=TOKYO\nauth=password\nusername=alice\npassword=p;w\n"
               "trust=ca.pem;next.pin;system\nroutes=10.0.0.0/8;192.0.2.1\ndns=9.9.9.9\n"
               "mtu=1400\ndefault-gateway=true\nkill-switch=off\nauto-connect=1\n"
               "reconnect=false\nproxy=none\nnetdev=acme0\naddress=dhcp\n",
                &p, &err))
        fail_msg("%s", err.text);
    assert_string_equal(p.name, "Tokyo");
    assert_int_equal(p.server_count, 3);
    assert_string_equal(p.servers[1].host, "192.0.2.7");
    assert_int_equal(p.servers[1].port, 992);
    assert_string_equal(p.servers[2].host, "2001:db8::1");
    assert_int_equal(p.servers[2].port, 5555);
    assert_string_equal(p.hub, "TOKYO");
    assert_int_equal(p.auth, PROTO_AUTH_PASSWORD);
    assert_string_equal(secret_text(&p.password), "p;w");
    assert_int_equal(p.trust_count, 2);
    assert_true(p.trust_system);
    assert_int_equal(p.routes_mode, PROFILE_ROUTES_LIST);
    assert_int_equal(p.route_count, 2);
    assert_int_equal(p.routes[0].network, htonl(0x0a000000));
    assert_int_equal(p.routes[0].prefix, 8);
    assert_int_equal(p.routes[1].prefix, 32);
    assert_int_equal(p.dns_mode, PROFILE_DNS_LIST);
    assert_int_equal(p.dns[0], htonl(0x09090909));
    assert_int_equal(p.mtu, 1400);
    assert_true(p.default_gateway);
    assert_true(p.auto_connect);
    assert_false(p.reconnect);
    assert_string_equal(p.netdev, "acme0");
}

static void test_the_shortest_profile_has_careful_defaults(void **state)
{
    (void)state;
    noren_cleanup(profile_clear) struct profile p = { .id = "" };

    assert_true(parse(HEAD, &p, NULL));
    assert_int_equal(p.auth, PROTO_AUTH_PASSWORD);
    assert_false(p.default_gateway);
    assert_false(p.auto_connect);
    assert_true(p.reconnect);
    assert_false(p.trust_system);
    assert_int_equal(p.routes_mode, PROFILE_ROUTES_SERVER);
    assert_int_equal(p.address_mode, PROFILE_ADDRESS_DHCP);
}

static void test_every_cut_of_the_needed_keys_is_refused(void **state)
{
    (void)state;

    /* up to the last whole key: "trust=ca.pe" and the like are refused too */
    for (size_t len = 0; len < strlen(HEAD) - 1; len++) {
        struct profile p;
        assert_false(profile_parse(HEAD, len, &p, NULL));
    }
}

static void test_faults_name_line_and_remedy(void **state)
{
    (void)state;

    refused("", "no [profile] group");
    refused("[profile]\nhub=A\ntrust=a.pem\n", "no servers");
    refused("[profile]\nservers=a:1\ntrust=a.pem\n", "no hub");
    refused("[profile]\nservers=a:1\nhub=A\n", "no trust");
    refused(HEAD "sevrers=a:1\n", "line 5: unknown key \"sevrers\": did you mean \"servers\"?");
    refused(HEAD "frobnicate=1\n", "line 5: unknown key \"frobnicate\": take it out");
    refused(HEAD "[other]\nx=1\n", "line 6: key in group [other]");
    refused(HEAD "mtu=9000\n", "line 5: \"mtu\" is not a number from 576 to 1500");
    refused(HEAD "auto-connect=maybe\n", "line 5: \"auto-connect\" is neither true nor false");
    refused(HEAD "hub=B\n", "line 5: key \"hub\" given twice");
    refused(HEAD "realm=B\n", "line 5: hub and realm are the same");
    refused(HEAD "hub[de]=B\n", "line 5: \"hub\" cannot differ by language");
    refused(HEAD "netdev=../x\n", "line 5: netdev is not an interface name");
    refused(HEAD "netdev=averylongnetdev0\n", "line 5: netdev");
    refused(HEAD "auth=magic\n", "line 5: auth=magic is unknown: write one of anonymous");
    refused(HEAD "auth=certificate\n", "not in this version");
    refused(HEAD "kill-switch=on\n", "line 5: kill-switch=on is not in this version: write off");
    refused(HEAD "proxy=http://p\n", "line 5: proxy=http://p is not in this version");
    refused(HEAD "username=a\\nb\n", "control characters");
}

static void test_servers_and_trust_are_checked(void **state)
{
    (void)state;

    refused("[profile]\nservers=vpn.example.net\n", "is not host:port");
    refused("[profile]\nservers=vpn.example.net:0\n", "is not host:port");
    refused("[profile]\nservers=vpn.example.net:65536\n", "is not host:port");
    refused("[profile]\nservers=:443\n", "is not host:port");
    refused("[profile]\nservers=a b:443\n", "is not host:port");
    refused("[profile]\nservers=2001:db8::1:443\n", "is not host:port");
    refused("[profile]\nservers=[2001:db8::1]443\n", "is not host:port");
    refused("[profile]\ntrust=ca.txt\n", "neither *.pem, *.pin nor system");
    refused("[profile]\ntrust=../ca.pem\n", "leaves the trust folder");
    refused("[profile]\ntrust=x/ca.pem\n", "leaves the trust folder");
}

static void test_list_limits_hold(void **state)
{
    (void)state;

    refused("[profile]\nservers=a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;a:1;"
            "a:1\n",
            "more than 16 servers");
    refused(HEAD "dns=1.1.1.1;1.1.1.2;1.1.1.3;1.1.1.4;1.1.1.5\n", "more than 4 dns servers");
}

static void test_addresses_and_routes_are_checked_together(void **state)
{
    (void)state;
    noren_cleanup(profile_clear) struct profile p = { .id = "" };

    refused(HEAD "routes=0.0.0.0/0\n", "write default-gateway=true instead");
    refused(HEAD "routes=10.0.0.1/8\n", "is not a network");
    refused(HEAD "routes=10.0.0.0/33\n", "is not a network");
    refused(HEAD "routes=10.0.0.010/32\n", "is not a network");
    refused(HEAD "dns=localhost\n", "is not an IPv4 address");
    refused(HEAD "address=10.0.0.2\n", "address is not dhcp, none or such as");
    refused(HEAD "address=none\ndefault-gateway=true\n",
            "line 6: default-gateway needs an address");
    refused(HEAD "default-gateway=true\naddress=10.0.0.2/24\n", "add gateway=A.B.C.D");
    refused(HEAD "gateway=10.0.0.1\n", "gateway goes with a fixed address only");
    assert_true(
            parse(HEAD "default-gateway=true\naddress=10.0.0.2/24\ngateway=10.0.0.1\n", &p, NULL));
    assert_int_equal(p.address, htonl(0x0a000002));
    assert_int_equal(p.gateway, htonl(0x0a000001));
}

/* ---- the file around it ---- */

static char folder[] = "/tmp/client-profile-XXXXXX";

static char *put(const char *name, const char *text, mode_t mode)
{
    char *path = noren_asprintf("%s/%s", folder, name);
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
    chmod(path, mode);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) char *profiles = NULL, *trust = NULL;

    if (mkdtemp(folder) == NULL)
        return -1;
    profiles = noren_asprintf("%s/profiles", folder);
    trust = noren_asprintf("%s/trust", folder);
    return mkdir(profiles, 0700) + mkdir(trust, 0700);
}

static int remove_one(const char *name, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(name);
}

static int remove_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void test_trust_files_are_found_beside_the_profiles(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) char *path = put("profiles/10-main.conf", HEAD, 0644);
    noren_cleanup(noren_freep) char *ca = NULL;
    noren_cleanup(profile_clear) struct profile p = { .id = "" };
    struct noren_err err = { 0 };

    assert_false(profile_load(path, &p, &err));
    assert_non_null(strstr(err.text, "trust file ca.pem is not there"));
    ca = put("trust/ca.pem", "x", 0644);
    assert_true(profile_load(path, &p, &err));
    assert_string_equal(p.id, "10-main");
    assert_string_equal(p.name, "10-main");
    assert_string_equal(p.trust[0], ca);
}

static void test_a_password_that_others_can_read_is_refused(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) char *path =
            put("profiles/20-secret.conf", HEAD "username=a\npassword=b\n", 0640);
    noren_cleanup(profile_clear) struct profile p = { .id = "" };
    struct noren_err err = { 0 };

    free(put("trust/ca.pem", "x", 0644));
    assert_false(profile_load(path, &p, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_non_null(strstr(err.text, "chmod 600"));
    chmod(path, 0600);
    assert_true(profile_load(path, &p, &err));
}

static void test_a_missing_file_is_told_as_such(void **state)
{
    (void)state;
    struct profile p;
    struct noren_err err = { 0 };

    assert_false(profile_load("/nonexistent/x.conf", &p, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_full_profile_is_read),
        cmocka_unit_test(test_the_shortest_profile_has_careful_defaults),
        cmocka_unit_test(test_every_cut_of_the_needed_keys_is_refused),
        cmocka_unit_test(test_faults_name_line_and_remedy),
        cmocka_unit_test(test_servers_and_trust_are_checked),
        cmocka_unit_test(test_list_limits_hold),
        cmocka_unit_test(test_addresses_and_routes_are_checked_together),
        cmocka_unit_test(test_trust_files_are_found_beside_the_profiles),
        cmocka_unit_test(test_a_password_that_others_can_read_is_refused),
        cmocka_unit_test(test_a_missing_file_is_told_as_such),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
