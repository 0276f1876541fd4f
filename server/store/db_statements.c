/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/db.h"

#define HUB_COLUMNS "id, name, online, securenat, securenat_mac, admin_hash, created_ms"
#define USER_COLUMNS \
    "hub_id, name, real_name, note, hash, created_ms, expires_ms, logins, last_login_ms"

/* Limits are part of the insert, so that two writers cannot pass them together. */
const char *const DB_STATEMENTS[DB_STATEMENT_COUNT] = {
    [DB_SERVER_INSERT] = "INSERT INTO server (id, admin_hash, created_ms) VALUES (1, ?1, ?2)",
    [DB_SERVER_SELECT] = "SELECT admin_hash FROM server WHERE id = 1",
    [DB_SERVER_SET_HASH] = "UPDATE server SET admin_hash = ?1 WHERE id = 1",

    [DB_HUB_INSERT] =
            "INSERT INTO hub (name, online, securenat, securenat_mac, admin_hash, created_ms)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM hub) < ?7",
    [DB_HUB_BY_NAME] = "SELECT " HUB_COLUMNS " FROM hub WHERE name = ?1",
    [DB_HUB_ALL] = "SELECT " HUB_COLUMNS " FROM hub ORDER BY name",
    [DB_HUB_SET_SECURENAT] = "UPDATE hub SET securenat = ?2 WHERE id = ?1",
    [DB_HUB_SET_ONLINE] = "UPDATE hub SET online = ?2 WHERE id = ?1",
    [DB_HUB_SET_HASH] = "UPDATE hub SET admin_hash = ?2 WHERE id = ?1",
    [DB_HUB_DELETE] = "DELETE FROM hub WHERE id = ?1",
    [DB_HUB_COUNT] = "SELECT count(*) FROM hub",

    [DB_USER_INSERT] = "INSERT INTO user (" USER_COLUMNS ")"
                       " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0"
                       " WHERE (SELECT count(*) FROM user WHERE hub_id = ?1) < ?8",
    [DB_USER_BY_NAME] = "SELECT " USER_COLUMNS " FROM user WHERE hub_id = ?1 AND name = ?2",
    [DB_USER_ALL] = "SELECT " USER_COLUMNS " FROM user WHERE hub_id = ?1 ORDER BY name",
    [DB_USER_UPDATE] = "UPDATE user SET real_name = ?3, note = ?4, hash = ?5, expires_ms = ?6"
                       " WHERE hub_id = ?1 AND name = ?2",
    [DB_USER_SET_HASH] = "UPDATE user SET hash = ?3 WHERE hub_id = ?1 AND name = ?2",
    [DB_USER_NOTE_LOGIN] = "UPDATE user SET logins = logins + 1, last_login_ms = ?3"
                           " WHERE hub_id = ?1 AND name = ?2",
    [DB_USER_DELETE] = "DELETE FROM user WHERE hub_id = ?1 AND name = ?2",
    [DB_USER_COUNT] = "SELECT count(*) FROM user WHERE hub_id = ?1",
};
