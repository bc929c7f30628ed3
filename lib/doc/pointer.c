#include "doc/pointer.h"

static int malformed(const char *why, struct gk_err *err)
{
	return gk_fail(err, GK_EINPUT, "pointer.form", "%s", why);
}

/* "~1" is "/", "~0" is "~"; no other escape exists. */
static int decode(struct gk_str s, struct gk_buf *step, struct gk_err *err)
{
	gk_buf_reset(step);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '~') {
			gk_buf_putc(step, s.p[i]);
			continue;
		}
		i++;
		if (i == s.n || (s.p[i] != '0' && s.p[i] != '1'))
			return malformed("in a JSON pointer ~ is followed by 0 or 1", err);
		gk_buf_putc(step, s.p[i] == '0' ? '~' : '/');
	}
	return 0;
}

int gk_pointer_next(struct gk_str *pointer, struct gk_buf *step, bool *ret_more, struct gk_err *err)
{
	struct gk_str rest = *pointer, token;

	if (!rest.n) {
		*ret_more = false;
		return 0;
	}
	if (rest.p[0] != '/')
		return malformed("a JSON pointer is empty or begins with /", err);
	token.p = rest.p + 1;
	for (token.n = 0; token.n + 1 < rest.n && token.p[token.n] != '/'; token.n++)
		;
	if (decode(token, step, err))
		return -1;
	*pointer = gk_str_from(rest, token.n + 1);
	*ret_more = true;
	return 0;
}

void gk_pointer_append(struct gk_buf *b, struct gk_str step)
{
	gk_buf_putc(b, '/');
	for (size_t i = 0; i < step.n; i++)
		if (step.p[i] == '~' || step.p[i] == '/')
			gk_buf_puts(b, step.p[i] == '~' ? "~0" : "~1");
		else
			gk_buf_putc(b, step.p[i]);
}

bool gk_pointer_index(struct gk_str step, uint32_t *ret)
{
	uint64_t v = 0;

	if (!step.n || step.n > 10 || (step.n > 1 && step.p[0] == '0'))
		return false;
	for (size_t i = 0; i < step.n; i++) {
		if (step.p[i] < '0' || step.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(step.p[i] - '0');
	}
	if (v > INT32_MAX)
		return false;
	*ret = (uint32_t)v;
	return true;
}

struct gk_node *gk_pointer_child(const struct gk_node *n, struct gk_str step)
{
	uint32_t index;

	if (gk_node_is(n, GK_OBJECT))
		return gk_node_find(n, step);
	if (!gk_node_is(n, GK_ARRAY) || !gk_pointer_index(step, &index) || index >= n->count)
		return NULL;
	return gk_node_at(n, index);
}

int gk_pointer_find(
	const struct gk_node *root, struct gk_str pointer, struct gk_node **ret, struct gk_err *err)
{
	GK_AUTO(gk_buf_done) struct gk_buf step = GK_BUF_INIT(0);
	struct gk_node *at;
	bool more;

	/* As strchr does: the caller who may change the tree gets what it may change. */
	at = (struct gk_node *)(uintptr_t)root;
	for (;;) {
		if (gk_pointer_next(&pointer, &step, &more, err))
			return -1;
		if (!more)
			break;
		at = gk_pointer_child(at, gk_buf_str(&step));
	}
	*ret = at;
	return 0;
}
