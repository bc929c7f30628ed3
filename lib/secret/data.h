/* The data of one Secret while it is made: keys, values, and where each value came from. */
#ifndef GK_SECRET_DATA_H
#define GK_SECRET_DATA_H

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"

struct gk_datum {
	struct gk_str value;
	struct gk_str
		source; /* "ClusterSecretStore/aws prod/db@<version>#password"; {NULL, 0} = made */
};

struct gk_data {
	struct gk_arena *a; /* wiping */
	struct gk_map map;  /* key -> struct gk_datum, in order of arrival */
};

/* Set or replace; all bytes are copied. */
void gk_data_set(struct gk_data *d, struct gk_str key, struct gk_str value, struct gk_str source);
const struct gk_datum *gk_data_find(const struct gk_data *d, struct gk_str key);
bool gk_data_has(const struct gk_data *d, struct gk_str key);
/* Keys in order of their bytes, in the arena. */
struct gk_str *gk_data_keys(const struct gk_data *d, size_t *ret_n);
void gk_data_done(struct gk_data *d);

#endif
