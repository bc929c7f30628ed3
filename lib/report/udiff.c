/*
 * Line differences by Myers' greedy algorithm: the furthest points that d edits reach on each
 * diagonal are kept for every d, and the way back through them is the edit script.
 */
#include "report/udiff.h"

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"

enum { MAX_EDITS = 1000 };

struct line {
	struct gk_str text;
	uint64_t hash;
	bool changed; /* only in this text */
};

struct lines {
	struct line *v;
	size_t n, cap;
};

static void split(struct gk_str text, struct lines *out)
{
	while (text.n) {
		struct line l = {.text = gk_str_cut(&text, '\n')};

		l.hash = gk_hash(l.text);
		gk_vec_push(out, l);
	}
}

static bool same(const struct line *a, const struct line *b)
{
	return a->hash == b->hash && gk_str_eq(a->text, b->text);
}

/* ---- Myers ---- */

/* The part of both texts between what they have in common at both ends. */
struct middle {
	struct line *a, *b;
	int n, m;
	GK_VEC(int *) reach; /* reach[d][k + d]: furthest x on diagonal k after d edits */
};

static int *row_new(int d)
{
	return gk_xcalloc((size_t)(2 * d + 3), sizeof(int));
}

/* The x where diagonal k is entered at step d, from the rows of step d - 1. */
static int entered(const int *before, int d, int k)
{
	/* before[] is indexed by diagonal + (d - 1). */
	int from_left = k - 1 >= -(d - 1) ? before[k - 1 + d - 1] + 1 : -1;
	int from_above = k + 1 <= d - 1 ? before[k + 1 + d - 1] : -1;

	return from_left > from_above ? from_left : from_above;
}

static int follow(const struct middle *w, int x, int k)
{
	int y = x - k;

	while (x < w->n && y < w->m && y >= 0 && same(&w->a[x], &w->b[y])) {
		x++;
		y++;
	}
	return x;
}

/* Fill one more row; true when the end of both texts is reached. */
static bool advance(struct middle *w, int d)
{
	int *row = row_new(d);
	bool end = false;

	for (int k = -d; k <= d; k += 2) {
		int x = d == 0 ? 0 : entered(w->reach.v[d - 1], d, k);

		if (x > w->n)
			x = w->n;
		x = follow(w, x, k);
		row[k + d] = x;
		end = end || (x >= w->n && x - k >= w->m);
	}
	/* Diagonals of the other parity were not visited: nothing is reached there. */
	for (int k = -d + 1; k < d; k += 2)
		row[k + d] = -1;
	gk_vec_push(&w->reach, row);
	return end;
}

static void walk_back(struct middle *w, int d)
{
	int k = w->n - w->m;

	for (; d > 0; d--) {
		const int *before = w->reach.v[d - 1];
		int left = k - 1 >= -(d - 1) ? before[k - 1 + d - 1] : -1;
		int above = k + 1 <= d - 1 ? before[k + 1 + d - 1] : -1;

		if (left + 1 > above && left >= 0) {
			w->a[left].changed = true;
			k--;
		} else {
			w->b[above - (k + 1)].changed = true;
			k++;
		}
	}
}

static void replace_all(struct middle *w)
{
	for (int i = 0; i < w->n; i++)
		w->a[i].changed = true;
	for (int i = 0; i < w->m; i++)
		w->b[i].changed = true;
}

static void compare_middle(struct middle *w)
{
	int d = 0;

	while (d <= MAX_EDITS && !advance(w, d))
		d++;
	if (d > MAX_EDITS)
		replace_all(w);
	else
		walk_back(w, d);
	gk_vec_foreach (int *, row, &w->reach)
		gk_free(*row);
	gk_vec_done(&w->reach);
}

static bool compare(struct lines *a, struct lines *b)
{
	struct middle w = {.a = a->v, .b = b->v};
	size_t head = 0, tail = 0;

	while (head < a->n && head < b->n && same(&a->v[head], &b->v[head]))
		head++;
	if (head == a->n && head == b->n)
		return false;
	while (tail < a->n - head && tail < b->n - head &&
		same(&a->v[a->n - 1 - tail], &b->v[b->n - 1 - tail]))
		tail++;
	w.a = a->v ? a->v + head : NULL;
	w.b = b->v ? b->v + head : NULL;
	w.n = (int)(a->n - head - tail);
	w.m = (int)(b->n - head - tail);
	compare_middle(&w);
	return true;
}

/* ---- printing ---- */

struct print {
	struct gk_buf *out;
	const struct gk_udiff *opt;
	const struct lines *a, *b;
};

static void put_line(const struct print *p, char mark, struct gk_str text)
{
	const char *colour = mark == '-' ? "\033[31m" : mark == '+' ? "\033[32m" : NULL;

	if (!p->opt->colour)
		colour = NULL;
	if (colour)
		gk_buf_puts(p->out, colour);
	gk_buf_putc(p->out, mark);
	gk_text_escape(p->out, text, false);
	if (colour)
		gk_buf_puts(p->out, "\033[0m");
	gk_buf_putc(p->out, '\n');
}

static size_t indent_of(struct gk_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == ' ')
		n++;
	return n;
}

enum { PATH_DEPTH = 32 };

/* Going up from a line: the indent of what encloses it must be below (or, for the key of a
 * list whose dashes are not indented, at) `indent`. */
struct climb {
	struct gk_str key[PATH_DEPTH];
	size_t n, indent;
	bool in_list;
};

static void climb_key(struct climb *c, struct gk_str s, size_t indent)
{
	struct gk_str rest = gk_str_from(s, indent);

	if (c->n < PATH_DEPTH && gk_str_ends(rest, GK_STR(":")))
		c->key[c->n++] = gk_str_cut(&rest, ':');
}

/* "- name: x" begins an element: its keys stand two columns further right. */
static void climb_dash(struct climb *c, struct gk_str s, size_t indent)
{
	if (indent + 2 > c->indent || (c->in_list && indent >= c->indent))
		return;
	if (indent + 2 < c->indent)
		climb_key(c, s, indent + 2);
	c->indent = indent;
	c->in_list = true;
}

static void climb_line(struct climb *c, struct gk_str s)
{
	size_t i = indent_of(s);

	if (gk_str_starts(gk_str_from(s, i), GK_STR("- "))) {
		climb_dash(c, s, i);
	} else if (i < c->indent || (c->in_list && i == c->indent)) {
		climb_key(c, s, i);
		c->indent = i;
		c->in_list = false;
	}
}

/* The keys of the lines above `at` that enclose it, outermost first. */
static void put_path(const struct print *p, const struct lines *l, size_t at)
{
	struct gk_str line = at < l->n ? l->v[at].text : GK_STR_NULL;
	struct climb c = {.n = 0, .indent = indent_of(line)};

	c.in_list = gk_str_starts(gk_str_from(line, c.indent), GK_STR("- "));
	while (at-- > 0 && (c.indent > 0 || c.in_list))
		climb_line(&c, l->v[at].text);
	for (size_t i = c.n; i-- > 0;) {
		gk_buf_putc(p->out, i == c.n - 1 ? ' ' : '.');
		gk_text_escape(p->out, c.key[i], false);
	}
}

/* A hunk: lines [a0, a1) of the old text and [b0, b1) of the new one. */
struct hunk {
	size_t a0, a1, b0, b1;
};

static void put_range(struct gk_buf *out, char mark, size_t from, size_t to)
{
	/* An empty range names the line before it, as diff(1) does. */
	gk_buf_printf(out, " %c%zu", mark, to > from ? from + 1 : from);
	if (to - from != 1)
		gk_buf_printf(out, ",%zu", to - from);
}

static void put_header(const struct print *p, const struct hunk *h)
{
	size_t a = h->a0, b = h->b0;

	if (p->opt->colour)
		gk_buf_puts(p->out, "\033[36m");
	gk_buf_puts(p->out, "@@");
	put_range(p->out, '-', h->a0, h->a1);
	put_range(p->out, '+', h->b0, h->b1);
	gk_buf_puts(p->out, " @@");
	while (a < h->a1 && b < h->b1 && !p->a->v[a].changed && !p->b->v[b].changed) {
		a++;
		b++;
	}
	if (a < h->a1 && p->a->v[a].changed)
		put_path(p, p->a, a);
	else
		put_path(p, p->b, b);
	if (p->opt->colour)
		gk_buf_puts(p->out, "\033[0m");
	gk_buf_putc(p->out, '\n');
}

static void put_hunk(const struct print *p, const struct hunk *h)
{
	size_t a = h->a0, b = h->b0;

	put_header(p, h);
	while (a < h->a1 || b < h->b1) {
		if (a < h->a1 && p->a->v[a].changed) {
			put_line(p, '-', p->a->v[a++].text);
		} else if (b < h->b1 && p->b->v[b].changed) {
			put_line(p, '+', p->b->v[b++].text);
		} else {
			put_line(p, ' ', p->a->v[a].text);
			a++;
			b++;
		}
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Move both sides to the next change; false at the end. */
static bool next_change(const struct print *p, size_t *a, size_t *b)
{
	while (*a < p->a->n && *b < p->b->n && !p->a->v[*a].changed && !p->b->v[*b].changed) {
		(*a)++;
		(*b)++;
	}
	return *a < p->a->n || *b < p->b->n;
}

static void skip_change(const struct print *p, size_t *a, size_t *b)
{
	while (*a < p->a->n && p->a->v[*a].changed)
		(*a)++;
	while (*b < p->b->n && p->b->v[*b].changed)
		(*b)++;
}

static void put_hunks(const struct print *p)
{
	size_t context = p->opt->context, a = 0, b = 0;

	while (next_change(p, &a, &b)) {
		size_t before = least(context, a), na, nb;
		struct hunk h = {.a0 = a - before, .b0 = b - least(before, b)};

		for (;;) {
			skip_change(p, &a, &b);
			na = a;
			nb = b;
			if (!next_change(p, &na, &nb) || na - a > 2 * context)
				break;
			a = na;
			b = nb;
		}
		h.a1 = least(a + context, p->a->n);
		h.b1 = least(b + context, p->b->n);
		put_hunk(p, &h);
		a = h.a1;
		b = h.b1;
	}
}

bool gk_udiff(struct gk_buf *out, struct gk_str old_text, struct gk_str new_text,
	const struct gk_udiff *opt)
{
	struct lines a = {NULL, 0, 0}, b = {NULL, 0, 0};
	struct print p = {.out = out, .opt = opt, .a = &a, .b = &b};
	bool differ;

	split(old_text, &a);
	split(new_text, &b);
	differ = compare(&a, &b);
	if (differ) {
		gk_buf_puts(out, "--- ");
		gk_text_escape(out, gk_str_c(opt->old_label), false);
		gk_buf_puts(out, "\n+++ ");
		gk_text_escape(out, gk_str_c(opt->new_label), false);
		gk_buf_putc(out, '\n');
		put_hunks(&p);
	}
	gk_vec_done(&a);
	gk_vec_done(&b);
	return differ;
}
