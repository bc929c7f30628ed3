#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/text.h"
#include "base/trace.h"

unsigned gk_trace_on;
static int trace_fd = STDERR_FILENO;
static int64_t started_ms;

static const struct {
	const char *name;
	unsigned areas;
} names[] = {
	{"err", GK_TRACE_ERR},
	{"http", GK_TRACE_HTTP},
	{"auth", GK_TRACE_AUTH},
	{"yaml", GK_TRACE_YAML},
	{"merge", GK_TRACE_MERGE},
	{"plan", GK_TRACE_PLAN},
	{"apply", GK_TRACE_APPLY},
	{"health", GK_TRACE_HEALTH},
	{"all", ~0u},
};

static unsigned areas_of(struct gk_str list)
{
	unsigned areas = 0;

	while (list.p) {
		struct gk_str one = gk_str_cut(&list, ',');

		for (size_t i = 0; i < GK_COUNT(names); i++)
			if (gk_str_is(one, names[i].name))
				areas |= names[i].areas;
	}
	return areas;
}

void gk_trace_init(void)
{
	const char *setting = getenv("GK_TRACE");
	struct gk_str file = gk_str_c(setting), areas;

	if (!setting)
		return;
	areas = gk_str_cut(&file, ':');
	gk_trace_on = areas_of(areas);
	started_ms = gk_time_mono_ms();
	if (file.n)
		trace_fd = open(file.p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (trace_fd < 0) {
		trace_fd = STDERR_FILENO;
		gk_trace_on = 0;
	}
}

void gk_trace_done(void)
{
	if (trace_fd != STDERR_FILENO)
		(void)close(trace_fd);
	trace_fd = STDERR_FILENO;
	gk_trace_on = 0;
}

static const char *area_name(enum gk_trace_area area)
{
	for (size_t i = 0; i < GK_COUNT(names); i++)
		if (names[i].areas == (unsigned)area)
			return names[i].name;
	return "?";
}

void gk_trace_emit(enum gk_trace_area area, const char *file, int line, const char *fmt, ...)
{
	GK_AUTO(gk_buf_done) struct gk_buf text = GK_BUF_INIT(0);
	GK_AUTO(gk_buf_done) struct gk_buf record = GK_BUF_INIT(0);
	va_list ap;

	va_start(ap, fmt);
	gk_buf_vprintf(&text, fmt, ap);
	va_end(ap);
	gk_buf_printf(&record, "{\"t_ms\":%lld,\"area\":\"%s\",\"at\":\"%s:%d\",\"text\":",
		(long long)(gk_time_mono_ms() - started_ms), area_name(area), file, line);
	gk_text_json(&record, gk_buf_str(&text));
	gk_buf_puts(&record, "}\n");
	(void)!gk_io_write_all(trace_fd, record.p, record.n); /* a trace must not change the run */
}
