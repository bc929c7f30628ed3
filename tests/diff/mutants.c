/*
 * mutants TREES: what stands below each directory of TREES is a kustomization.  Every node of
 * every document there is replaced in turn by a value of each other kind, and the result is
 * rendered: it must be built and printed, or be refused with a message that names a place.
 * TAP on stdout; a crash is a crash.
 *
 * mutants TREES OUT COUNT: write COUNT of these trees, evenly chosen, to OUT/1, OUT/2, ...
 * for a comparison with kustomize, and for each a line "1 NAME rendered" or "1 NAME SLUG".
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/num.h"
#include "base/vec.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "overlay/overlay.h"

enum { FILE_MAX = 1 << 20, PATH_BYTES = 4096 };

static const struct kind {
	const char *name;
	const char *json;
} kinds[] = {
	{"null", "null"},
	{"an empty map", "{}"},
	{"an empty list", "[]"},
	{"an empty text", "\"\""},
	{"a number", "1"},
	{"a boolean", "true"},
	{"a text", "\"a\""},
	{"a map", "{\"a\":[{\"b\":{\"c\":1}}]}"},
	{"a list", "[[{\"a\":[null]}]]"},
};

struct tree {
	const char *name;
	struct gk_mem_file *v; /* paths relative to the tree */
	size_t n, cap;
};

struct documents {
	struct gk_node **v;
	size_t n, cap;
};

struct outcome {
	bool built;
	const char *slug;  /* of the refusal */
	const char *fault; /* what is wrong with the outcome, or NULL */
};

static struct gk_arena arena; /* trees and their documents */
static struct gk_node *values[GK_COUNT(kinds)];
static size_t mutants, faults;
static const char *out_dir;
static size_t every, written;

static void die(const char *what)
{
	fprintf(stderr, "mutants: %s\n", what);
	exit(2);
}

/* Files */

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.' && strcmp(d->d_name, "expected.yaml") != 0;
}

static void collect(struct tree *t, const char *root, const char *below)
{
	const char *dir = *below ? gk_arena_printf(&arena, "%s/%s", root, below) : root;
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		const char *path = gk_arena_printf(
			&arena, "%s%s%s", below, *below ? "/" : "", names[i]->d_name);
		const char *full = gk_arena_printf(&arena, "%s/%s", root, path);
		struct gk_buf text = {0};
		struct gk_err err = GK_ERR_INIT;
		struct stat st;

		free(names[i]);
		if (stat(full, &st) == 0 && S_ISDIR(st.st_mode)) {
			collect(t, root, path);
			continue;
		}
		if (gk_io_read_file(full, FILE_MAX, &text, &err))
			die(full);
		gk_vec_push(t,
			((struct gk_mem_file){path, gk_arena_strdup(&arena, gk_buf_cstr(&text))}));
		gk_buf_done(&text);
	}
	if (n >= 0)
		free(names);
}

/* Rendering */

static void judge(struct outcome *o, struct gk_set *set, struct gk_err *err)
{
	struct gk_buf text = {0};

	o->built = true;
	for (size_t i = 0; i < set->n && !o->fault; i++) {
		if (gk_yaml_print(&text, set->items[i].object, err))
			o->fault = "what was built cannot be printed";
		gk_json_print(&text, set->items[i].object, 0);
		gk_buf_reset(&text);
	}
	gk_buf_done(&text);
}

static void judge_refusal(struct outcome *o, const struct gk_diags *diags, const struct gk_err *err)
{
	const struct gk_diag *first = diags->first;

	while (first && first->severity != GK_SEV_ERROR)
		first = first->next;
	o->slug = first ? first->slug : err->slug;
	if (!first && err->code == GK_OK)
		o->fault = "refused without a message";
	else if (!(first ? first->pos.file : gk_err_pos(err).file))
		o->fault = "refused without a place";
	o->slug = gk_arena_strdup(&arena, o->slug ? o->slug : "-");
}

static struct outcome render(const struct tree *t, const char *path, const char *text)
{
	struct gk_overlay_options opt = {.lim = gk_limits_default()};
	struct gk_set set = GK_SET_INIT;
	struct gk_diags diags = {0};
	struct gk_err err = GK_ERR_INIT;
	struct outcome o = {0};
	struct gk_loader *l;

	t->v[t->n] = (struct gk_mem_file){path, text}; /* the last of its name counts */
	l = gk_loader_mem_new(t->v, t->n + 1);
	if (gk_overlay_build(l, "", &opt, &diags, &set, &err))
		judge_refusal(&o, &diags, &err);
	else
		judge(&o, &set, &err);
	gk_loader_free(l);
	gk_set_done(&set);
	gk_diags_done(&diags);
	gk_err_reset(&err);
	return o;
}

/* Mutants */

static void write_file(const char *path, const char *text)
{
	char parent[PATH_BYTES];
	FILE *f;

	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		(void)snprintf(parent, sizeof parent, "%.*s", (int)(p - path), path);
		(void)mkdir(parent, 0777); /* or it is there */
	}
	f = fopen(path, "w");
	if (!f || fputs(text, f) == EOF || fclose(f))
		die(path);
}

static void write_tree(const struct tree *t, const char *name, const struct outcome *o)
{
	written++;
	for (size_t i = 0; i <= t->n; i++)
		write_file(gk_arena_printf(&arena, "%s/%zu/%s", out_dir, written, t->v[i].path),
			t->v[i].text);
	printf("%zu\t%s\t%s\n", written, name, o->built ? "rendered" : o->slug);
}

static void try_one(const struct tree *t, const char *path, const struct documents *d,
	const struct gk_node *at, const char *kind)
{
	struct gk_buf text = {0};
	struct gk_err err = GK_ERR_INIT;
	struct outcome o;
	char name[PATH_BYTES];

	mutants++;
	if (out_dir && mutants % every)
		return;
	for (size_t i = 0; i < d->n; i++) {
		if (i)
			gk_buf_puts(&text, "---\n");
		if (gk_yaml_print(&text, d->v[i], &err))
			die("cannot print a mutant");
	}
	o = render(t, path, gk_buf_cstr(&text));
	(void)snprintf(name, sizeof name, "%s/%s:%u:%u: %s", t->name, path, (unsigned)at->line,
		(unsigned)at->col, kind);
	if (out_dir)
		write_tree(t, name, &o);
	if (o.fault && faults++ < 20)
		fprintf(out_dir ? stderr : stdout, "# %s: %s [%s]\n", name, o.fault,
			o.slug ? o.slug : "");
	gk_buf_done(&text);
}

static void mutate(
	const struct tree *t, const char *path, const struct documents *d, struct gk_node *n)
{
	const struct gk_node was = *n;

	for (size_t i = 0; i < GK_COUNT(kinds); i++) {
		if (gk_node_equal(&was, values[i]))
			continue;
		gk_node_assign(n, values[i]);
		try_one(t, path, d, &was, kinds[i].name);
		*n = was;
	}
	gk_node_foreach (child, n)
		mutate(t, path, d, child);
}

static int keep(void *ctx, struct gk_node *root, struct gk_err *err)
{
	struct documents *d = ctx;

	(void)err;
	gk_vec_push(d, root);
	return 0;
}

static bool ends_in(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return n >= m && strcmp(path + n - m, suffix) == 0;
}

static void mutate_file(const struct tree *t, const struct gk_mem_file *f)
{
	struct gk_yaml_options opt = {.profile = GK_YAML_K, .lim = gk_limits_default()};
	struct documents d = {0};
	struct gk_err err = GK_ERR_INIT;

	if (!ends_in(f->path, ".yaml") && !ends_in(f->path, ".json"))
		return;
	if (gk_yaml_parse(&arena, f->path, gk_str_c(f->text), &opt, keep, &d, &err))
		die(f->path);
	for (size_t i = 0; i < d.n; i++)
		mutate(t, f->path, &d, d.v[i]);
	gk_vec_done(&d);
}

static void mutate_tree(const char *trees, const char *name)
{
	struct tree t = {.name = name};
	struct outcome o;

	collect(&t, gk_arena_printf(&arena, "%s/%s", trees, name), "");
	gk_vec_push(&t, ((struct gk_mem_file){"", ""})); /* the place of the mutant */
	t.n--;
	if (t.n == 0)
		die(name);
	o = render(&t, "-", "");
	if (!o.built)
		die(gk_arena_printf(&arena, "%s is refused as it stands: %s", name, o.slug));
	for (size_t i = 0; i < t.n; i++)
		mutate_file(&t, &t.v[i]);
	gk_vec_done(&t);
}

static void make_values(void)
{
	for (size_t i = 0; i < GK_COUNT(kinds); i++) {
		struct gk_str text = gk_str_c(kinds[i].json);
		struct gk_pos pos = {"-", 1, 1};
		struct gk_err err = GK_ERR_INIT;

		if (gk_json_parse_next(&arena, &text, &pos, gk_limits_default(), &values[i], &err))
			die(kinds[i].json);
	}
}

static size_t mutate_trees(const char *trees)
{
	struct dirent **names;
	int n = scandir(trees, &names, visible, alphasort);
	size_t done = 0;

	mutants = 0;
	for (int i = 0; i < n; i++) {
		struct stat st;

		if (stat(gk_arena_printf(&arena, "%s/%s", trees, names[i]->d_name), &st) == 0 &&
			S_ISDIR(st.st_mode)) {
			mutate_tree(trees, gk_arena_strdup(&arena, names[i]->d_name));
			done++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return done;
}

static void write_some(const char *trees, struct gk_str count)
{
	struct gk_err err = GK_ERR_INIT;
	uint64_t n;

	if (gk_num_u64(count, 1, UINT32_MAX, &n, &err))
		die("COUNT is a number");
	every = SIZE_MAX; /* only count */
	(void)mutate_trees(trees);
	every = mutants / n ? mutants / n : 1;
	(void)mutate_trees(trees);
}

int main(int argc, char **argv)
{
	size_t trees;

	if (argc != 2 && argc != 4)
		die("usage: mutants TREES [OUT COUNT]");
	make_values();
	if (argc == 4) {
		out_dir = argv[2];
		write_some(argv[1], gk_str_c(argv[3]));
	} else {
		trees = mutate_trees(argv[1]);
		printf("%sok 1 - %zu mutants of %zu trees are rendered, or refused with a place\n",
			faults ? "not " : "", mutants, trees);
		printf("1..1\n");
	}
	gk_arena_done(&arena);
	return faults != 0;
}
