#include "sim/kinds.h"

bool gk_sim_list_has(const char *list, struct gk_str word)
{
	struct gk_str rest = gk_str_c(list);

	while (rest.p)
		if (gk_str_eq(gk_str_cut(&rest, ','), word))
			return true;
	return false;
}
