#include <fcntl.h>
#include <unistd.h>

#include "doc/stream.h"
#include "fuzz.h"

static void write_all_forms(const struct gk_set *s)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_out out = GK_OUT_INIT(open("/dev/null", O_WRONLY | O_CLOEXEC), "f");

	for (int form = GK_STREAM_LIST; form <= GK_STREAM_NAME; form++)
		if (gk_stream_write(&out, (enum gk_stream_form)form, s, "f", s->meta, &err))
			gk_assert(form == GK_STREAM_YAML);
	gk_assert(gk_out_close(&out, &err) == 0);
}

/* The canonical form, which ends in the buffer before it is flushed. */
static void read_back(const struct gk_set *s, const struct gk_limits *lim)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_set back = GK_SET_INIT;
	struct gk_out out = GK_OUT_INIT(-1, "f");

	gk_assert(gk_stream_write(&out, GK_STREAM_LIST, s, "f", NULL, &err) == 0);
	if (out.buf.n && out.buf.n < 60000) {
		gk_assert(gk_stream_read(
				  &back, "-", gk_buf_str(&out.buf), false, lim, NULL, &err) == 0);
		gk_assert(back.closed && back.n == s->n);
		gk_assert(back.trailer != s->resource_list);
		for (size_t i = 0; i < s->n; i++)
			gk_assert(gk_node_equal(s->items[i].object, back.items[i].object));
	}
	gk_buf_done(&out.buf);
	gk_set_done(&back);
}

static void read_as(struct gk_str text, bool regular)
{
	struct gk_limits lim = fuzz_limits();
	struct gk_diags warnings = GK_DIAGS_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_set s = GK_SET_INIT;

	if (gk_stream_read(&s, "f", text, regular, &lim, &warnings, &err) == 0) {
		write_all_forms(&s);
		read_back(&s, gk_limits_default());
	}
	gk_set_done(&s);
	gk_diags_done(&warnings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text = {size ? (const char *)data : "", size};

	read_as(text, true);
	read_as(text, false);
	return 0;
}
