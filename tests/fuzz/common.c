#include "fuzz.h"

struct gk_limits fuzz_limits(void)
{
	struct gk_limits lim = *gk_limits_default();

	lim.nodes = 20000;
	lim.alias_nodes = 5000;
	lim.anchors = 200;
	lim.scalar_bytes = 1 << 16;
	lim.objects = 1000;
	return lim;
}

struct gk_str fuzz_head(const uint8_t *data, size_t size, char separator, struct gk_str *rest)
{
	*rest = (struct gk_str){size ? (const char *)data : "", size};
	return gk_str_cut(rest, separator);
}
