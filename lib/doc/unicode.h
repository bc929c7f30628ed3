/* Letters and digits of all scripts.  Private to lib/doc. */
#ifndef GK_DOC_UNICODE_H
#define GK_DOC_UNICODE_H

#include "base/base.h"

bool gk_unicode__is_letter(uint32_t code_point);
bool gk_unicode__is_digit(uint32_t code_point);

#endif
