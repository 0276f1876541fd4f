/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/page.h"
#include "branding/page_class.h"

struct object {
    char *id; /* NULL: not given */
    char *class_name;
    int line;
    gboolean named;
};

struct found {
    int line;
    const char *code;
    char *text;
    const char *remedy;
};

struct scan {
    const struct page_contract *contract;
    page_string_fn string_known;
    gpointer user_data;
    GMarkupParseContext *markup;
    GPtrArray *objects;     /* every struct object of the file, owned */
    GPtrArray *open;        /* struct object of the open <object> elements, innermost last */
    GPtrArray *found;       /* struct found, owned */
    GHashTable *labeled;    /* ids that a label points at by mnemonic-widget */
    GHashTable *actions;    /* action names in use */
    GString *text;          /* content of the open property or item */
    char *property;         /* its name with dashes; NULL outside */
    gboolean text_is_id;    /* translatable="yes" */
    gboolean in_accessible; /* directly inside <child internal-child="accessible"> */
    int root_count;
    int depth;
};

/** What may stand where, and with which attributes; both lists are separated by blanks. */
static const struct element {
    const char *name;
    const char *parents;
    const char *attributes;
} ELEMENTS[] = {
    { "interface", "", "" },
    { "requires", "interface", "lib version" },
    { "object", "interface child", "class id" },
    { "property", "object packing",
            "name translatable context comments bind-source bind-property bind-flags" },
    { "child", "object", "type internal-child" },
    { "placeholder", "child", "" },
    { "packing", "child", "" },
    { "style", "object", "" },
    { "class", "style", "name" },
    { "attributes", "object", "" },
    { "attribute", "attributes", "name value start end" },
    { "items", "object", "" },
    { "item", "items", "id translatable context comments" },
    { "widgets", "object", "" },
    { "widget", "widgets", "name" },
    { "accessibility", "object", "" },
    { "relation", "accessibility", "target type" },
};

static const char *const TEXT_PROPERTIES[] = { "label", "title", "text", "tooltip-text",
    "placeholder-text", "primary-icon-tooltip-text", "secondary-icon-tooltip-text",
    "accessible-name", "accessible-description", NULL };

/* They would read files, follow links in texts or show the password. */
static const char *const FORBIDDEN_PROPERTIES[] = { "file", "resource", "pixbuf",
    "pixbuf-animation", "surface", "gicon", "use-markup", "tooltip-markup", "buffer", "visibility",
    "events", "im-module", "primary-icon-pixbuf", "secondary-icon-pixbuf", NULL };

static void object_free(gpointer data)
{
    struct object *object = data;

    g_free(object->id);
    g_free(object->class_name);
    g_free(object);
}

static void found_free(gpointer data)
{
    struct found *found = data;

    g_free(found->text);
    g_free(found);
}

static int scan_line(const struct scan *scan)
{
    int line;

    g_markup_parse_context_get_position(scan->markup, &line, NULL);
    return line;
}

/** Keeps a finding; takes the text. */
static void add(struct scan *scan, int line, const char *code, char *take_text, const char *remedy)
{
    struct found *found = g_new0(struct found, 1);

    *found = (struct found){ .line = line, .code = code, .text = take_text, .remedy = remedy };
    g_ptr_array_add(scan->found, found);
}

static gboolean word_in(const char *list, const char *word)
{
    g_auto(GStrv) words = g_strsplit(list, " ", -1);

    return g_strv_contains((const char *const *)words, word);
}

static const struct element *element_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ELEMENTS); i++)
        if (g_str_equal(ELEMENTS[i].name, name))
            return &ELEMENTS[i];
    return NULL;
}

static struct object *innermost(const struct scan *scan)
{
    return scan->open->len ? scan->open->pdata[scan->open->len - 1] : NULL;
}

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (g_str_equal(names[i], name))
            return values[i];
    return NULL;
}

/** "" for what is not given: no class and no property has that name. */
static const char *required(const char **names, const char **values, const char *name)
{
    const char *value = attribute(names, values, name);

    return value ? value : "";
}

static const struct page_object *contract_object(const struct page_contract *c, const char *id)
{
    for (const struct page_object *o = c->objects; id && o->id; o++)
        if (g_str_equal(o->id, id))
            return o;
    return NULL;
}

/** A label names the button or expander around it. */
static void name_owner_of_label(struct scan *scan)
{
    for (guint i = scan->open->len; i-- > 0;) {
        struct object *object = scan->open->pdata[i];
        const struct page_class *known = page_class_find(object->class_name);

        if (known && known->label_is_name)
            object->named = TRUE;
    }
}

static gboolean id_is_taken(const struct scan *scan, const char *id)
{
    for (guint i = 0; id && i < scan->objects->len; i++)
        if (g_strcmp0(((struct object *)scan->objects->pdata[i])->id, id) == 0)
            return TRUE;
    return FALSE;
}

static void check_object(struct scan *scan, const char *class_name, const char *id)
{
    int line = scan_line(scan);
    gboolean is_accessible = g_str_equal(class_name, "AtkObject");

    if (is_accessible != scan->in_accessible || (!is_accessible && !page_class_find(class_name)))
        add(scan, line, "E401", g_strdup_printf("class %s is not allowed here", class_name),
                "use a class of the list in docs/ui-contract.md");
    if (id_is_taken(scan, id))
        add(scan, line, "E401", g_strdup_printf("id \"%s\" is given twice", id),
                "give every object its own id");
    if (scan->open->len == 0 && page_class_is(class_name, "GtkWidget") && ++scan->root_count > 1)
        add(scan, line, "E401", g_strdup("a second widget on the top level"),
                "put everything into the object with the id \"page\"");
}

static void open_object(struct scan *scan, const char *class_name, const char *id)
{
    struct object *object = g_new0(struct object, 1);
    const struct page_object *wanted = contract_object(scan->contract, id);

    check_object(scan, class_name, id);
    object->id = g_strdup(id);
    object->class_name = g_strdup(class_name);
    object->line = scan_line(scan);
    object->named = wanted && wanted->named;
    g_ptr_array_add(scan->objects, object);
    g_ptr_array_add(scan->open, object);
    if (object->named && page_class_is(class_name, "GtkLabel"))
        name_owner_of_label(scan);
    scan->in_accessible = FALSE;
}

static void open_property(struct scan *scan, const char *name, gboolean text_is_id)
{
    g_free(scan->property);
    scan->property = g_strdelimit(g_strdup(name), "_", '-');
    if (g_str_has_prefix(scan->property, "AtkObject::"))
        memmove(scan->property, scan->property + 11, strlen(scan->property + 11) + 1);
    scan->text_is_id = text_is_id;
    g_string_truncate(scan->text, 0);
    if (g_strv_contains(FORBIDDEN_PROPERTIES, scan->property))
        add(scan, scan_line(scan), "E401",
                g_strdup_printf("property \"%s\" is not allowed", scan->property),
                "take it out; pictures come from image-SLOT ids, texts from string ids");
}

/** As GtkBuilder reads a boolean. */
static gboolean is_true(const char *value)
{
    return value && strchr("yYtT1", value[0]) != NULL && value[0];
}

/** The element is known, stands where it may stand and has no attribute that it may not have. */
static gboolean check_element(struct scan *scan, const char *name, const char **attributes)
{
    const GSList *stack = g_markup_parse_context_get_element_stack(scan->markup);
    const char *parent = stack->next ? stack->next->data : "";
    const struct element *element = element_find(name);
    gboolean ok = TRUE;

    if (!element || !(*parent ? word_in(element->parents, parent) : !*element->parents)) {
        add(scan, scan_line(scan), "E401", g_strdup_printf("<%s> is not allowed here", name),
                g_str_equal(name, "signal")
                        ? "name an action of docs/ui-contract.md in the property action-name"
                        : "take it out; docs/ui-contract.md lists the elements");
        return FALSE;
    }
    for (size_t i = 0; attributes[i]; i++) {
        if (word_in(element->attributes, attributes[i]))
            continue;
        add(scan, scan_line(scan), "E401",
                g_strdup_printf("attribute %s of <%s> is not allowed", attributes[i], name),
                "take it out");
        ok = FALSE;
    }
    return ok;
}

static void open_child(struct scan *scan, const char *internal_child)
{
    scan->in_accessible = internal_child && g_str_equal(internal_child, "accessible");
    if (internal_child && !scan->in_accessible)
        add(scan, scan_line(scan), "E401",
                g_strdup_printf("internal-child \"%s\" is not allowed", internal_child),
                "only \"accessible\" may be used");
}

static void use_relation(struct scan *scan, const char *type)
{
    struct object *object = innermost(scan);

    if (object && type && g_str_equal(type, "labelled-by"))
        object->named = TRUE;
}

static void on_start(GMarkupParseContext *markup, const char *name, const char **names,
        const char **values, gpointer data, GError **error)
{
    struct scan *scan = data;
    const char *translatable = attribute(names, values, "translatable");

    scan->markup = markup;
    if (++scan->depth > PAGE_DEPTH_MAX || scan->objects->len >= PAGE_OBJECTS_MAX) {
        g_set_error(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT,
                "more than %d objects or %d levels", PAGE_OBJECTS_MAX, PAGE_DEPTH_MAX);
        return;
    }
    check_element(scan, name, names);
    if (g_str_equal(name, "object"))
        open_object(scan, required(names, values, "class"), attribute(names, values, "id"));
    else if (g_str_equal(name, "property"))
        open_property(scan, required(names, values, "name"), is_true(translatable));
    else if (g_str_equal(name, "item"))
        open_property(scan, "label", is_true(translatable));
    else if (g_str_equal(name, "child"))
        open_child(scan, attribute(names, values, "internal-child"));
    else if (g_str_equal(name, "relation"))
        use_relation(scan, attribute(names, values, "type"));
}

/** Every text that a person can read is a string id, so that it follows the language. */
static void check_text(struct scan *scan)
{
    const char *text = scan->text->str;

    if (!g_strv_contains(TEXT_PROPERTIES, scan->property) || !*text)
        return;
    if (!scan->text_is_id)
        add(scan, scan_line(scan), "E401",
                g_strdup_printf("%s \"%.60s\" is fixed text", scan->property, text),
                "write a string id and translatable=\"yes\"");
    else if (scan->string_known && !scan->string_known(text, scan->user_data))
        add(scan, scan_line(scan), "E401", g_strdup_printf("\"%.60s\" is not a string id", text),
                "use an id of resources/strings/en.po");
}

/** What this property says about the name of a widget. */
static void use_for_names(struct scan *scan)
{
    struct object *object = innermost(scan);
    const char *property = scan->property;

    if (!object || !*scan->text->str)
        return;
    if (g_str_equal(property, "label"))
        name_owner_of_label(scan);
    else if (g_str_equal(property, "can-focus") && !is_true(scan->text->str))
        object->named = TRUE; /* needs no name then */
    else if (g_str_equal(property, "mnemonic-widget"))
        g_hash_table_add(scan->labeled, g_strdup(scan->text->str));
    else if (g_str_equal(property, "accessible-name") && scan->open->len > 1)
        ((struct object *)scan->open->pdata[scan->open->len - 2])->named = TRUE;
}

static void use_action(struct scan *scan)
{
    const char *action = scan->text->str;

    if (!g_str_equal(scan->property, "action-name"))
        return;
    g_hash_table_add(scan->actions, g_strdup(action));
    if (!g_strv_contains(page_actions(), action))
        add(scan, scan_line(scan), "E401",
                g_strdup_printf("action \"%.60s\" is not allowed", action),
                "use an action of the list in docs/ui-contract.md");
}

static void on_end(GMarkupParseContext *markup, const char *name, gpointer data, GError **error)
{
    struct scan *scan = data;

    (void)error;
    scan->markup = markup;
    scan->depth--;
    scan->in_accessible = FALSE;
    if (g_str_equal(name, "object")) {
        g_ptr_array_set_size(scan->open, (int)scan->open->len - 1);
    } else if (scan->property && (g_str_equal(name, "property") || g_str_equal(name, "item"))) {
        g_strstrip(scan->text->str);
        check_text(scan);
        use_for_names(scan);
        use_action(scan);
        g_clear_pointer(&scan->property, g_free);
    }
}

static void on_text(
        GMarkupParseContext *markup, const char *text, gsize len, gpointer data, GError **error)
{
    struct scan *scan = data;

    (void)markup, (void)error;
    if (scan->property)
        g_string_append_len(scan->text, text, (gssize)len);
}

static const struct object *object_with_id(const struct scan *scan, const char *id)
{
    for (guint i = 0; i < scan->objects->len; i++)
        if (g_strcmp0(((struct object *)scan->objects->pdata[i])->id, id) == 0)
            return scan->objects->pdata[i];
    return NULL;
}

static void check_contract(struct scan *scan)
{
    for (const struct page_object *wanted = scan->contract->objects; wanted->id; wanted++) {
        const struct object *object = object_with_id(scan, wanted->id);

        if (!object && wanted->required)
            add(scan, 0, "E402", g_strdup_printf("\"%s\" is missing", wanted->id),
                    "add it; docs/ui-contract.md says what it is for");
        else if (object && !page_class_is(object->class_name, wanted->class_name))
            add(scan, object->line, "E402",
                    g_strdup_printf("\"%s\" must be a %s", wanted->id, wanted->class_name),
                    "change its class; docs/ui-contract.md says what it is for");
    }
    for (const char *const *action = scan->contract->actions; *action; action++)
        if (!g_hash_table_contains(scan->actions, *action))
            add(scan, 0, "E402", g_strdup_printf("no button names the action \"%s\"", *action),
                    "give a button the property action-name");
}

static void check_names(struct scan *scan)
{
    for (guint i = 0; i < scan->objects->len; i++) {
        const struct object *object = scan->objects->pdata[i];
        const struct page_class *known = page_class_find(object->class_name);

        if (!known || !known->takes_focus || object->named
                || (object->id && g_hash_table_contains(scan->labeled, object->id)))
            continue;
        add(scan, object->line, "E403",
                g_strdup_printf("%s \"%s\" takes the focus and has no accessible name",
                        object->class_name, object->id ? object->id : ""),
                "give it a label, a label with mnemonic-widget, or AtkObject::accessible-name");
    }
}

static int by_line(gconstpointer a, gconstpointer b)
{
    const struct found *one = *(struct found *const *)a;
    const struct found *two = *(struct found *const *)b;

    return one->line - two->line;
}

static gboolean report(struct scan *scan, page_finding_fn on_finding)
{
    g_ptr_array_sort(scan->found, by_line);
    for (guint i = 0; on_finding && i < scan->found->len; i++) {
        const struct found *found = scan->found->pdata[i];
        struct page_finding finding = { found->line, found->code, found->text, found->remedy };

        on_finding(&finding, scan->user_data);
    }
    return scan->found->len == 0;
}

static void scan_init(struct scan *scan)
{
    scan->objects = g_ptr_array_new_with_free_func(object_free);
    scan->open = g_ptr_array_new();
    scan->found = g_ptr_array_new_with_free_func(found_free);
    scan->labeled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scan->actions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scan->text = g_string_new(NULL);
}

static void scan_clear(struct scan *scan)
{
    g_ptr_array_unref(scan->open);
    g_ptr_array_unref(scan->objects);
    g_ptr_array_unref(scan->found);
    g_hash_table_unref(scan->labeled);
    g_hash_table_unref(scan->actions);
    g_string_free(scan->text, TRUE);
    g_free(scan->property);
}

static void scan_file(struct scan *scan, GBytes *file)
{
    static const GMarkupParser PARSER = {
        .start_element = on_start, .end_element = on_end, .text = on_text
    };
    g_autoptr(GMarkupParseContext) markup =
            g_markup_parse_context_new(&PARSER, G_MARKUP_TREAT_CDATA_AS_TEXT, scan, NULL);
    g_autoptr(GError) error = NULL;
    gsize len;
    const char *text = g_bytes_get_data(file, &len);

    scan->markup = markup;
    if (len == 0) {
        add(scan, 0, "E401", g_strdup("the page is empty"), "start from the base page");
    } else if (len > PAGE_BYTES_MAX) {
        add(scan, 0, "E401", g_strdup_printf("the page has %zu bytes", len),
                "keep a page under 256 KiB");
    } else if (!g_markup_parse_context_parse(markup, text, (gssize)len, &error)
               || !g_markup_parse_context_end_parse(markup, &error)) {
        add(scan, scan_line(scan), "E401", g_strdup_printf("cannot be read: %s", error->message),
                "mend the XML");
    } else {
        check_contract(scan);
        check_names(scan);
    }
}

gboolean page_check(GBytes *file, const char *page, page_string_fn string_known,
        page_finding_fn on_finding, gpointer user_data)
{
    struct scan scan = {
        .contract = page_contract_find(page), .string_known = string_known, .user_data = user_data
    };

    scan_init(&scan);
    if (scan.contract)
        scan_file(&scan, file);
    else
        add(&scan, 0, "E401", g_strdup_printf("there is no page \"%s\"", page),
                "name the file main.ui, login.ui, error.ui, about.ui or log.ui");
    gboolean clean = report(&scan, on_finding);
    scan_clear(&scan);
    return clean;
}
