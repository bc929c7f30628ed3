/* Input: a pointer, a line end, a JSON document. */
#include "doc/json.h"
#include "doc/pointer.h"
#include "fuzz.h"

/* Taking a pointer apart and putting it together gives the pointer. */
static void take_apart(struct gk_str pointer)
{
	struct gk_buf step = GK_BUF_INIT(0), whole = GK_BUF_INIT(0);
	struct gk_err err = GK_ERR_INIT;
	struct gk_str rest = pointer;
	bool more = true;
	int rc = 0;

	while (rc == 0 && more) {
		rc = gk_pointer_next(&rest, &step, &more, &err);
		if (rc == 0 && more)
			gk_pointer_append(&whole, gk_buf_str(&step));
	}
	gk_assert(rc || gk_str_eq(gk_buf_str(&whole), pointer));
	gk_buf_done(&step);
	gk_buf_done(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gk_str text, pointer = fuzz_head(data, size, '\n', &text);
	struct gk_limits lim = fuzz_limits();
	struct gk_doc doc = GK_DOC_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_node *n;

	take_apart(pointer);
	if (gk_json_parse(&doc, "f", text, &lim, &err) == 0)
		(void)!gk_pointer_find(doc.root, pointer, &n, &err);
	gk_doc_done(&doc);
	return 0;
}
