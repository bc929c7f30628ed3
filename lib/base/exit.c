/* The one table from what went wrong to the exit code that a script sees (ux section 5). */
#include "base/err.h"

static const struct {
	const char *name;
	int exit;
	bool retryable;
} codes[GK_ECODES] = {
	[GK_OK] = {"ok", 0, false},
	[GK_EUSAGE] = {"usage", 2, false},
	[GK_EINPUT] = {"input", 3, false},
	[GK_ELIMIT] = {"limit", 3, false},
	[GK_ENOTFOUND] = {"not-found", 3, false},
	[GK_EEXIST] = {"exists", 6, false},
	[GK_ECONFLICT] = {"conflict", 6, false},
	[GK_EDENIED] = {"denied", 4, false},
	[GK_ETHROTTLED] = {"throttled", 5, true},
	[GK_ETIMEOUT] = {"timeout", 5, true},
	[GK_ENET] = {"network", 5, true},
	[GK_EREMOTE] = {"remote", 5, true},
	[GK_EREJECTED] = {"rejected", 7, false},
	[GK_EUNHEALTHY] = {"unhealthy", 8, false},
	[GK_EREFUSED] = {"refused", 9, false},
	[GK_EIO] = {"system", 10, false},
	[GK_ECANCELLED] = {"cancelled", 10, false},
};

int gk_code_exit(enum gk_code code)
{
	return codes[code].exit;
}

const char *gk_code_name(enum gk_code code)
{
	return codes[code].name;
}

bool gk_err_retryable(const struct gk_err *err)
{
	return codes[err->code].retryable;
}
