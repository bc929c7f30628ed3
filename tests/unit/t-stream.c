/* The object stream: every accepted form, every cut, every lie in the trailer. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/opt.h"
#include "doc/json.h"
#include "doc/stream.h"

#define CM(name)                                                                                   \
	"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" name "\"}}"
#define LIST(items) "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" items "]}"

static char seen[4096];

/* "closed a b c" or "open ...", or "LINE:COL SLUG MESSAGE". */
static const char *read_text(struct gk_set *s, const char *source, struct gk_str text, bool regular)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_pos pos;
	size_t n;

	if (gk_stream_read(s, source, text, regular, gk_limits_default(), NULL, &err)) {
		pos = gk_err_pos(&err);
		n = (size_t)snprintf(seen, sizeof seen, "%u:%u %s ", pos.line, pos.col, err.slug);
		gk_err_message(&err, seen + n, sizeof seen - n);
		if (err.notes)
			snprintf(seen + strlen(seen), 256, " (%s)", gk_err_note(&err, 0));
		assert_int_equal(err.code, GK_EINPUT);
		return seen;
	}
	n = (size_t)snprintf(seen, sizeof seen, s->closed ? "closed" : "open");
	for (size_t i = 0; i < s->n; i++)
		n += (size_t)snprintf(
			seen + n, sizeof seen - n, " %.*s", GK_SARG(s->items[i].ref.name));
	return seen;
}

static const char *pipe_in(const char *text)
{
	struct gk_set s = GK_SET_INIT;
	const char *result = read_text(&s, "-", gk_str_c(text), false);

	gk_set_done(&s);
	return result;
}

static const char *file_in(const char *text)
{
	struct gk_set s = GK_SET_INIT;
	const char *result = read_text(&s, "f", gk_str_c(text), true);

	gk_set_done(&s);
	return result;
}

static void every_form_is_read(void **state)
{
	(void)state;
	assert_string_equal(pipe_in(LIST(CM("a") "," CM("b"))), "closed a b");
	assert_string_equal(pipe_in(" \n[" CM("a") "," CM("b") "]\n"), "closed a b");
	assert_string_equal(pipe_in(CM("a") "\n" CM("b") "\n"), "open a b");
	assert_string_equal(pipe_in(CM("a")), "open a");
	assert_string_equal(pipe_in(LIST(CM("a")) LIST(CM("b"))), "open a b");
	assert_string_equal(
		pipe_in(LIST(LIST(CM("a") "," LIST(CM("b"))) "," CM("c"))), "closed a b c");
	assert_string_equal(pipe_in("{\"items\":[" CM("a") "],\"kind\":\"ConfigMapList\","
							   "\"apiVersion\":\"v1\"}"),
		"closed a");
	assert_string_equal(
		pipe_in("{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":null}"), "closed");
	assert_string_equal(
		pipe_in("\xef\xbb\xbf# c\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
			"---\napiVersion: v1\nkind: List\nitems:\n- " CM("b") "\n"),
		"open a b");
	assert_string_equal(file_in(CM("a") "\n" CM("b")), "closed a b");
	assert_string_equal(file_in("# nothing\n"), "closed");
	assert_string_equal(pipe_in("{\"apiVersion\":\"x/v1\",\"kind\":\"Set\",\"metadata\":"
				    "{\"name\":\"own\"},\"items\":[1]}"),
		"open own");
}

static void what_is_no_object_is_refused(void **state)
{
	(void)state;
	assert_string_equal(pipe_in(""), "0:0 stream.empty-input no input");
	assert_string_equal(pipe_in(" \n"), "0:0 stream.empty-input no input");
	assert_string_equal(pipe_in("[\n1]"),
		"2:1 object.identity expected an object with apiVersion and kind");
	assert_string_equal(pipe_in("hello"),
		"1:1 object.identity expected an object with apiVersion and kind");
	assert_string_equal(pipe_in(LIST("{\"kind\":\"X\"}")),
		"1:43 object.identity the object has no apiVersion");
	assert_string_equal(pipe_in("{\"a\":1,\"a\":2}"),
		"1:8 json.duplicate a member appears twice in one object");
	assert_string_equal(
		file_in("{\"a\":"), "1:6 json.cut the input ends where a value is expected");
	assert_string_equal(pipe_in("{\"a\":"),
		"1:6 stream.cut the object stream ends early: the input ends where a value is expected");
}

static void duplicates_name_both_places(void **state)
{
	struct gk_set s = GK_SET_INIT;

	(void)state;
	assert_string_equal(read_text(&s, "one.yaml",
				    GK_STR("apiVersion: apps/v1\nkind: Deployment\nmetadata: "
					   "{name: web, namespace: shop}\n"),
				    true),
		"closed web");
	assert_string_equal(
		read_text(&s, "two.json",
			GK_STR("\n{\"apiVersion\":\"apps/v1beta1\",\"kind\":\"Deployment\","
			       "\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\"}}"),
			true),
		"2:1 stream.duplicate apps/Deployment shop/web appears twice (it is first at "
		"one.yaml:1:1)");
	gk_set_done(&s);
}

/* Write a set into memory, through a pipe large enough or a temporary file. */
static void write_set(const struct gk_set *s, enum gk_stream_form form, struct gk_buf *out)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_doc source = GK_DOC_INIT;
	FILE *f = tmpfile();
	struct gk_out o = GK_OUT_INIT(dup(fileno(f)), "t");

	assert_int_equal(gk_json_parse(&source, "s", GK_STR("{\"path\":\"overlays/prod\"}"),
				 gk_limits_default(), &err),
		0);
	assert_int_equal(gk_stream_write(&o, form, s, "gk-test 1", source.root, &err), 0);
	assert_int_equal(gk_out_close(&o, &err), 0);
	rewind(f);
	gk_buf_reset(out);
	assert_int_equal(gk_io_read_fd(fileno(f), "t", 1 << 24, out, &err), 0);
	fclose(f);
	gk_doc_done(&source);
}

static void fill(struct gk_set *s, size_t n)
{
	struct gk_buf text = GK_BUF_INIT(0);

	for (size_t i = 0; i < n; i++)
		gk_buf_printf(&text,
			"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"c%zu\"},"
			"\"data\":{\"n\":\"\\u0085\xc3\xa9\\n\"},\"x\":[1.10,9007199254740993,1e400]}",
			i);
	assert_memory_equal(read_text(s, "-", gk_buf_str(&text), true), "closed", 6);
	gk_buf_done(&text);
}

static void stream_has_its_documented_bytes(void **state)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_buf out = GK_BUF_INIT(0);

	(void)state;
	assert_string_equal(
		read_text(&s, "-", GK_STR("[" CM("a") "," CM("b") "]"), false), "closed a b");
	write_set(&s, GK_STREAM_LIST, &out);
	assert_string_equal(gk_buf_cstr(&out),
		"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"metadata\":{},\"items\":[\n" CM("a") ",\n" CM(
			"b") "\n],\"gk\":{\"format\":\"gk.stream/v1\",\"tool\":\"gk-"
			     "test 1\",\"count\":2,\"sha256\":\"31eb97102184bd3f91519e3f6b8a1839e6b27a71"
			     "80421173356fd7051142c297\",\"source\":{\"path\":\"overlays/prod\"}}}\n");
	write_set(&s, GK_STREAM_NDJSON, &out);
	assert_string_equal(gk_buf_cstr(&out), CM("a") "\n" CM("b") "\n");
	write_set(&s, GK_STREAM_NAME, &out);
	assert_string_equal(gk_buf_cstr(&out), "configmap/a\nconfigmap/b\n");
	write_set(&s, GK_STREAM_YAML, &out);
	assert_string_equal(gk_buf_cstr(&out),
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n---\n"
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n");
	gk_buf_done(&out);
	gk_set_done(&s);
}

static void stream_comes_back(void **state)
{
	struct gk_set s = GK_SET_INIT, back = GK_SET_INIT, again = GK_SET_INIT;
	struct gk_buf out = GK_BUF_INIT(0), second = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	struct gk_doc doc = GK_DOC_INIT;

	(void)state;
	fill(&s, 20);
	write_set(&s, GK_STREAM_LIST, &out);
	assert_memory_equal(read_text(&back, "-", gk_buf_str(&out), false), "closed c0 c1", 12);
	assert_true(back.trailer);
	assert_string_equal(gk_node_text(gk_node_get(back.meta, "path")).p, "overlays/prod");
	write_set(&back, GK_STREAM_LIST, &second);
	assert_string_equal(gk_buf_cstr(&out), gk_buf_cstr(&second));
	/* indented by some filter: other bytes, the same items */
	assert_int_equal(gk_json_parse(&doc, "x", gk_buf_str(&out), gk_limits_default(), &err), 0);
	gk_buf_reset(&second);
	gk_json_print(&second, doc.root, GK_JSON_PRETTY);
	assert_memory_equal(read_text(&again, "-", gk_buf_str(&second), false), "closed c0", 9);
	assert_true(again.trailer);
	gk_set_done(&s);
	gk_set_done(&back);
	gk_set_done(&again);
	gk_doc_done(&doc);
	gk_buf_done(&out);
	gk_buf_done(&second);
}

/* The property that prune relies on: no cut at any byte passes for a whole stream. */
static void every_cut_is_recognised(void **state)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_buf out = GK_BUF_INIT(0);
	size_t n;

	(void)state;
	fill(&s, 5);
	write_set(&s, GK_STREAM_LIST, &out);
	for (n = 0; n + 1 < out.n; n++) {
		struct gk_set cut = GK_SET_INIT;

		/* its own allocation, so that a sanitizer sees a read beyond the cut */
		char *text = gk_xmemdup0(out.p, n);
		const char *result = read_text(&cut, "-", (struct gk_str){text, n}, false);

		if (!strstr(result, n ? "stream.cut" : "stream.empty-input"))
			fail_msg("cut at %zu: %s", n, result);
		gk_set_done(&cut);
		gk_free(text);
	}
	gk_set_done(&s);
	gk_buf_done(&out);
}

static const char *replaced(const struct gk_buf *stream, const char *what, const char *with)
{
	static struct gk_buf text;
	const char *at = strstr(stream->p, what);

	assert_non_null(at);
	gk_buf_reset(&text);
	gk_buf_put(&text, stream->p, (size_t)(at - stream->p));
	gk_buf_puts(&text, with);
	gk_buf_puts(&text, at + strlen(what));
	return pipe_in(gk_buf_cstr(&text));
}

static void trailers_do_not_lie(void **state)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_buf out = GK_BUF_INIT(0);

	(void)state;
	fill(&s, 2);
	write_set(&s, GK_STREAM_LIST, &out);
	assert_non_null(strstr(replaced(&out, "1.10", "1.11"),
		"stream.cut the stream's items are not those that its trailer signs"));
	assert_non_null(strstr(replaced(&out, "\"count\":2", "\"count\":3"),
		"stream.cut the stream's trailer counts other items than there are"));
	assert_non_null(strstr(replaced(&out, "stream/v1", "stream/v2"), "stream.format"));
	assert_non_null(strstr(replaced(&out, "\n],", ",\n" CM("z") "\n],"), "stream.cut"));
	assert_string_equal(replaced(&out, "\"metadata\":{},", ""), "closed c0 c1");
	gk_set_done(&s);
	gk_buf_done(&out);
}

static void resource_lists_stay_resource_lists(void **state)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_buf out = GK_BUF_INIT(0);

	(void)state;
	assert_string_equal(
		read_text(&s, "-",
			GK_STR("{\"apiVersion\":\"config.kubernetes.io/v1\",\"kind\":\"ResourceList\","
			       "\"items\":[" CM("a") "],\"functionConfig\":{\"a\":1},"
						     "\"results\":[]}"),
			false),
		"closed a");
	assert_true(s.resource_list);
	write_set(&s, GK_STREAM_LIST, &out);
	assert_string_equal(gk_buf_cstr(&out),
		"{\"apiVersion\":\"config.kubernetes.io/v1\",\"kind\":\"ResourceList\","
		"\"functionConfig\":{\"a\":1},\"results\":[],\"items\":[\n" CM("a") "\n]}\n");
	gk_set_done(&s);
	gk_buf_done(&out);
}

static void yaml_is_written_whole_or_not_at_all(void **state)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_out o = GK_OUT_INIT(open("/dev/null", O_WRONLY | O_CLOEXEC), "t");

	(void)state;
	read_text(&s, "-",
		GK_STR("[" CM("a") ",{\"apiVersion\":\"v1\",\"kind\":\"B\",\"metadata\":{\"name\":"
				   "\"b\",\"x\":\"\\u0080\"}}]"),
		false);
	assert_int_equal(gk_stream_write(&o, GK_STREAM_YAML, &s, "t", NULL, &err), -1);
	assert_string_equal(err.slug, "yaml.character");
	assert_int_equal(o.buf.n, 0);
	assert_int_equal(gk_out_close(&o, &err), 0);
	gk_set_done(&s);
}

static void put_file(const char *dir, const char *name, const char *text)
{
	struct gk_err err = GK_ERR_INIT;
	char path[512];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(gk_out_file(path, gk_str_c(text), 0600, &err), 0);
}

/* Load -f NAME; the names of what came, or the slug. */
static const char *load(const char *name, bool recursive)
{
	struct gk_set s = GK_SET_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_opt_input in = {.recursive = recursive};

	gk_vec_push(&in.filename, name);
	if (gk_stream_load(&s, &in, gk_limits_default(), NULL, &err)) {
		snprintf(seen, sizeof seen, "%s", err.slug);
	} else {
		seen[0] = '\0';
		for (size_t i = 0; i < s.n; i++)
			snprintf(seen + strlen(seen), 64, "%.*s ", GK_SARG(s.items[i].ref.name));
	}
	gk_vec_done(&in.filename);
	gk_set_done(&s);
	return seen;
}

static void directories_in_byte_order(void **state)
{
	char dir[64], below[96], path[128];

	(void)state;
	snprintf(dir, sizeof dir, "t-stream.%ld.tmp", (long)getpid());
	assert_int_equal(mkdir(dir, 0700), 0);
	snprintf(below, sizeof below, "%s/below", dir);
	assert_int_equal(mkdir(below, 0700), 0);
	assert_string_equal(load(dir, false), "input.empty-directory");
	put_file(dir, "b.yaml", CM("b"));
	put_file(dir, "B.json", CM("upper-b"));
	put_file(dir, "a.yml", CM("a"));
	put_file(dir, "notes.txt", "no object");
	put_file(below, "c.yaml", CM("c"));
	assert_string_equal(load(dir, false), "upper-b a b ");
	assert_string_equal(load(dir, true), "upper-b a b c ");
	snprintf(path, sizeof path, "%s/none.yaml", dir);
	assert_string_equal(load(path, false), "input.open");
	snprintf(path, sizeof path, "%s/a.yml", dir);
	assert_string_equal(load(path, false), "a ");
	snprintf(path, sizeof path, "rm -r %s", dir);
	assert_int_equal(system(path), 0);
}

static void forms_have_names(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	enum gk_stream_form form;

	(void)state;
	assert_int_equal(gk_stream_form_parse("krm", &form, &err), 0);
	assert_int_equal(form, GK_STREAM_KRM);
	assert_int_equal(gk_stream_form_parse("yml", &form, &err), -1);
	assert_string_equal(gk_err_help(&err), "did you mean 'yaml'?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(duplicates_name_both_places),
		cmocka_unit_test(stream_has_its_documented_bytes),
		cmocka_unit_test(stream_comes_back),
		cmocka_unit_test(every_cut_is_recognised),
		cmocka_unit_test(trailers_do_not_lie),
		cmocka_unit_test(resource_lists_stay_resource_lists),
		cmocka_unit_test(yaml_is_written_whole_or_not_at_all),
		cmocka_unit_test(directories_in_byte_order),
		cmocka_unit_test(forms_have_names),
	};

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
