/* What the stream's reader and writer share.  Private to lib/doc. */
#ifndef GK_DOC_STREAM_SET_H
#define GK_DOC_STREAM_SET_H

#include "base/crypto.h"
#include "doc/json.h"
#include "doc/stream.h"

#define GK_STREAM_FORMAT "gk.stream/v1"

/* Item lines are printed so that YAML parsers read them too. */
enum { GK_STREAM_JSON = GK_JSON_YAML };

/* Look for two items with one identity among those added since the last call. */
GK_NODISCARD int gk_set__index(struct gk_set *s, struct gk_err *err);

/* SHA-256 over item lines joined with LF. */
struct gk_stream_digest {
	struct gk_sha256 hash;
	size_t lines;
};
void gk_stream__digest_init(struct gk_stream_digest *d);
void gk_stream__digest_line(struct gk_stream_digest *d, struct gk_str line);
void gk_stream__digest_end(struct gk_stream_digest *d, char hex[2 * GK_SHA256_LEN + 1]);

#endif
