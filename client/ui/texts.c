/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/texts.h"

#include <string.h>

#include "branding/language.h"
#include "resources/resources.h"

/** Whether the pack or the base has words for one of ("pt_BR", "pt"). */
static gboolean is_spoken(const struct brand *brand, const char *tag)
{
    g_auto(GStrv) chain = language_chain(tag);

    for (char **step = chain; *step; step++) {
        g_autofree char *path = g_strdup_printf("strings/%s.po", *step);
        g_autoptr(GBytes) base = resources_file(path);

        if (base || brand_file(brand, path))
            return TRUE;
        g_strdelimit(path, "_", '-');
        if (brand_file(brand, path))
            return TRUE;
    }
    return FALSE;
}

char *texts_language(const struct brand *brand, const char *wanted)
{
    const char *const *names = g_get_language_names_with_category("LC_MESSAGES");

    if (wanted && *wanted)
        return language_normal(wanted);
    for (; *names; names++)
        if (!g_str_equal(*names, "C") && is_spoken(brand, *names))
            return language_normal(*names);
    return language_normal(brand_languages(brand)[0]);
}

char *texts_get(const struct ui_context *context, const char *id)
{
    return brand_text(context->brand, context->language, id);
}

const char *texts_value(const struct ui_context *context, const char *group, const char *key)
{
    const char *value = brand_value(context->brand, group, key, context->language);

    return value && *value ? value : NULL;
}

const char *texts_profile(const struct ui_context *context, const struct model_profile *profile)
{
    const char *name =
            profile ? brand_profile_name(context->brand, profile->id, context->language) : NULL;

    if (name)
        return name;
    return profile ? profile->name : "";
}

char *texts_bytes(const struct ui_context *context, gint64 bytes)
{
    static const char *const UNITS[] = { "unit.b", "unit.kb", "unit.mb", "unit.gb", "unit.tb" };
    double amount = (double)bytes;
    size_t unit = 0;
    char value[UI_SHORT];

    while (amount >= 999.5 && unit + 1 < G_N_ELEMENTS(UNITS)) {
        amount /= 1000;
        unit++;
    }
    g_snprintf(value, sizeof value, unit && amount < 99.95 ? "%.1f" : "%.0f", amount);
    return brand_format(context->brand, context->language, UNITS[unit], "value", value, NULL);
}

char *texts_duration(const struct ui_context *context, gint64 seconds)
{
    gint64 days = seconds / 86400;
    char clock[UI_SHORT];
    char number[UI_SHORT];

    g_snprintf(clock, sizeof clock, "%02d:%02d:%02d", (int)(seconds / 3600 % 24),
            (int)(seconds / 60 % 60), (int)(seconds % 60));
    if (days == 0)
        return g_strdup(clock);
    g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, days);
    return brand_format(
            context->brand, context->language, "time.days", "days", number, "time", clock, NULL);
}

/** legal/<name>.<language>.txt, in the first language of the brand when there is no other. */
static GBytes *legal_file(const struct ui_context *context, const char *name)
{
    g_auto(GStrv) chain = language_chain(context->language);
    g_auto(GStrv) first = language_chain(brand_languages(context->brand)[0]);

    for (char **steps = chain; steps; steps = steps == chain ? first : NULL) {
        for (char **step = steps; *step; step++) {
            g_autofree char *path = g_strdup_printf("legal/%s.%s.txt", name, *step);
            GBytes *file = brand_file(context->brand, path);

            if (file)
                return file;
        }
    }
    return NULL;
}

static void append_file(GString *text, GBytes *file)
{
    gsize len;
    const char *data = file ? g_bytes_get_data(file, &len) : NULL;

    if (!data)
        return;
    g_autofree char *valid = g_utf8_make_valid(data, (gssize)len);
    if (text->len)
        g_string_append(text, "\n\n");
    g_string_append(text, g_strchomp(valid));
}

char *texts_legal(const struct ui_context *context)
{
    GString *text = g_string_new(NULL);

    append_file(text, legal_file(context, "notice"));
    append_file(text, legal_file(context, "eula"));
    append_file(text, legal_file(context, "privacy"));
    append_file(text, brand_file(context->brand, "legal/thirdparty.txt"));
    return g_string_free(text, FALSE);
}
