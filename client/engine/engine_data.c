/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/cert.h"
#include "noren/crypto/random.h"

#include "engine/engine_private.h"
#include "engine/text.h"

#define LOG_ROOM "engine"

/* What a session does while it is up: frames, the address, the state of the network. */

/* Stable for machine, brand and interface, so that the network gives the same address again. Network
 * namespaces of one machine are told apart, as they may meet in one virtual network. */
static struct mac make_mac(const struct engine *engine, const char *netdev)
{
    struct mac mac;
    struct stat st = { 0 };
    uint8_t seed[64] = { 0 };
    uint8_t digest[32];

    (void)stat("/proc/self/ns/net", &st);
    uint64_t network = (uint64_t)st.st_ino;
    memcpy(seed, engine->config.machine_id, 20);
    memcpy(seed + 20, &network, sizeof network);
    memcpy(seed + 32, netdev, strnlen(netdev, 15));
    sha256(seed, sizeof seed, digest);
    memcpy(mac.byte, digest, sizeof mac.byte);
    mac.byte[0] = 0x5e; /* locally administered, no group */
    return mac;
}

/* Frames that arrive while nobody carries them are dropped, as on a cable that is pulled. */
static void on_system_frames(void *ctx, const struct bytes *frames, size_t count)
{
    struct engine *engine = ctx;

    if (!engine->is_up || !engine->network.has_address)
        if (engine->profile.address_mode != PROFILE_ADDRESS_NONE || !engine->is_up)
            return;
    for (size_t i = 0; i < count; i++)
        engine->status.bytes_out += frames[i].len;
    (void)session_send(engine->session, frames, count);
    if (engine->session != NULL && session_is_full(engine->session))
        device_pause(engine->device, true);
}

/* Nothing goes through any more, and whoever removed it may not want it back. */
static void on_device_lost(void *ctx)
{
    engine_give_up(ctx, ENGINE_E_DEVICE, "the network card was removed by another program");
}

bool engine_open_device(struct engine *engine, struct noren_err *err)
{
    const char *name =
            *engine->profile.netdev != '\0' ? engine->profile.netdev : engine->config.netdev;

    engine->device = device_open(engine->loop, name, make_mac(engine, name), on_system_frames,
            on_device_lost, engine, err);
    if (engine->device == NULL)
        return false;
    engine->network.dev = device_name(engine->device);
    return network_start(&engine->network, err);
}

/* ---- frames from the network ---- */

static void pump_dhcp(struct engine *engine);

void engine_on_frame(void *ctx, struct bytes frame)
{
    struct engine *engine = ctx;

    engine->status.bytes_in += frame.len;
    if (engine->dhcp != NULL
            && dhcp_client_receive(engine->dhcp, frame, loop_now_ms(engine->loop))) {
        pump_dhcp(engine);
        return;
    }
    device_write(engine->device, frame);
}

void engine_on_frames_end(void *ctx)
{
    struct engine *engine = ctx;

    if (engine->device != NULL) /* a frame may have been the end of everything */
        device_flush(engine->device);
}

void engine_on_drained(void *ctx)
{
    struct engine *engine = ctx;

    if (engine->device != NULL)
        device_pause(engine->device, false);
}

/* ---- the address ---- */

static void connected(struct engine *engine)
{
    struct mac_text mac = mac_format(device_mac(engine->device));

    engine->was_connected = true;
    engine->few_rounds = 0;
    engine->tried = 0;
    noren_log(engine->log, NOREN_INFO, "connected: dev=%s mac=%s address=%s/%u",
            engine->network.dev, mac.text, text_ipv4(engine->network.setup.ip).text,
            engine->network.setup.prefix);
    engine_set_state(engine, ENGINE_CONNECTED, ENGINE_OK, NULL);
}

static void apply(struct engine *engine, const struct net_setup *setup)
{
    struct noren_err err = { 0 };
    uint32_t server_ip = session_server_ip(engine->session);

    if (!network_apply(&engine->network, setup, server_ip, &err)) {
        engine_give_up(engine, err.code == NOREN_E_STATE ? ENGINE_E_NO_ADDRESS : ENGINE_E_DEVICE,
                err.text);
        return;
    }
    engine->last_ip = setup->ip;
    connected(engine);
}

static void no_address(struct engine *engine, const char *text)
{
    engine_set_state(engine, engine->was_connected ? ENGINE_RECONNECTING : ENGINE_ERROR,
            ENGINE_E_NO_ADDRESS, text);
}

static void on_bound(struct engine *engine, const struct dhcp_lease *lease)
{
    struct noren_err err = { 0 };
    struct net_setup setup;

    if (net_setup_from_lease(&engine->profile, lease, &setup, &err)) {
        apply(engine, &setup);
        return;
    }
    network_clear(&engine->network);
    no_address(engine, err.text);
}

static void on_dhcp_event(
        struct engine *engine, enum dhcp_client_event event, const struct dhcp_lease *lease)
{
    switch (event) {
    case DHCP_CLIENT_NONE:
        return;
    case DHCP_CLIENT_BOUND:
        on_bound(engine, lease);
        return;
    case DHCP_CLIENT_LOST:
        network_clear(&engine->network);
        no_address(engine, "the network took the address back");
        return;
    case DHCP_CLIENT_NO_ANSWER:
        if (engine->status.state != ENGINE_CONNECTED)
            no_address(engine, "the network gives no address");
        return;
    }
}

static void send_dhcp(struct engine *engine)
{
    struct writer w;

    writer_init(&w, TAP_FRAME_MAX);
    while (dhcp_client_next_frame(engine->dhcp, &w)) {
        struct bytes frame = { w.data, w.len };
        engine->status.bytes_out += w.len;
        (void)session_send(engine->session, &frame, 1);
        writer_reset(&w);
    }
    writer_clear(&w);
}

/* An event may end everything, so each is taken on its own and the client looked at again. */
static void pump_dhcp(struct engine *engine)
{
    struct dhcp_lease lease = { 0 };
    enum dhcp_client_event event;

    send_dhcp(engine);
    while (engine->dhcp != NULL
            && (event = dhcp_client_next_event(engine->dhcp, &lease)) != DHCP_CLIENT_NONE)
        on_dhcp_event(engine, event, &lease);
    if (engine->dhcp != NULL)
        loop_timer_set(&engine->dhcp_timer, dhcp_client_deadline_ms(engine->dhcp));
}

void engine_on_dhcp_due(void *ctx)
{
    struct engine *engine = ctx;

    if (engine->dhcp == NULL)
        return;
    dhcp_client_tick(engine->dhcp, loop_now_ms(engine->loop));
    pump_dhcp(engine);
}

void engine_leave_dhcp(struct engine *engine)
{
    loop_timer_set(&engine->dhcp_timer, NOREN_NO_DEADLINE);
    dhcp_client_free(noren_steal(&engine->dhcp));
}

void engine_release_address(struct engine *engine)
{
    if (engine->dhcp == NULL || !engine->is_up || !engine->network.has_address)
        return;
    dhcp_client_release(engine->dhcp);
    send_dhcp(engine);
}

static void start_dhcp(struct engine *engine)
{
    char host_name[64] = "";
    uint64_t seed = 0;

    noren_random(&seed, sizeof seed);
    if (gethostname(host_name, sizeof host_name - 1) != 0)
        host_name[0] = '\0';
    engine->dhcp = dhcp_client_new(device_mac(engine->device), host_name, engine->last_ip, seed,
            loop_now_ms(engine->loop));
    pump_dhcp(engine);
}

void engine_on_up(void *ctx, const struct proto_session_terms *terms, const char *message)
{
    struct engine *engine = ctx;
    struct net_setup setup;

    engine->is_up = true;
    engine->up_since_ms = loop_now_ms(engine->loop);
    session_server_address(engine->session, engine->last_address);
    snprintf(engine->status.message, sizeof engine->status.message, "%s", message);
    noren_log(engine->log, NOREN_INFO, "logged in: server=%s session=%s timeout_ms=%u",
            engine->status.server, log_quote(terms->session_name).text, terms->timeout_ms);
    device_pause(engine->device, false);
    switch (engine->profile.address_mode) {
    case PROFILE_ADDRESS_NONE:
        connected(engine);
        return;
    case PROFILE_ADDRESS_FIXED:
        net_setup_from_profile(&engine->profile, &setup);
        apply(engine, &setup);
        return;
    case PROFILE_ADDRESS_DHCP:
        start_dhcp(engine);
        return;
    }
}
