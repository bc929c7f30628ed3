/* Base64, standard and URL alphabets (RFC 4648). */
#ifndef GK_BASE_BASE64_H
#define GK_BASE_BASE64_H

#include "base/buf.h"
#include "base/err.h"

enum gk_b64 { GK_B64_STD, GK_B64_URL, GK_B64_URL_NOPAD };
void gk_base64_encode(struct gk_buf *b, struct gk_str s, enum gk_b64 alphabet);
/* Strict padding for STD and URL, none for URL_NOPAD; CR and LF are skipped.  GK_EINPUT, never
 * quoting the text. */
GK_NODISCARD int gk_base64_decode(
	struct gk_buf *b, struct gk_str s, enum gk_b64 alphabet, struct gk_err *err);

#endif
