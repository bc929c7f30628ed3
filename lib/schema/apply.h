/*
 * What is known of kinds when a set is installed: their place in the order, how their
 * health is read, which of their fields name other objects, and who edits them by hand.  All
 * of it is data: apply.tbl, health.tbl, refs.tbl and hands.tbl, whose first lines explain
 * their columns.
 */
#ifndef GK_SCHEMA_APPLY_H
#define GK_SCHEMA_APPLY_H

#include "base/str.h"

enum gk_apply_flag {
	GK_APPLY_NONE,
	GK_APPLY_OPEN = 1,    /* its health holds nothing back */
	GK_APPLY_PROTECT = 2, /* not pruned without consent by kind */
	GK_APPLY_PROTECT_OPEN = 3
};

struct gk_apply_kind {
	const char *group, *kind;
	enum gk_apply_flag flags;
	int rank;
};

/* Place of a kind in the order of installation; kinds that are not listed get 50. */
int gk_apply_rank(struct gk_str group, struct gk_str kind);
bool gk_apply_is(struct gk_str group, struct gk_str kind, enum gk_apply_flag flag);

/* Best first: the worst of a set is its largest. */
enum gk_health_status {
	GK_HEALTH_NONE, /* the kind has no health: there is enough */
	GK_HEALTH_HEALTHY,
	GK_HEALTH_SUSPENDED,
	GK_HEALTH_PROGRESSING,
	GK_HEALTH_MISSING,
	GK_HEALTH_DEGRADED,
	GK_HEALTH_UNKNOWN
};

struct gk_health_rule {
	const char *group, *kind;
	const char *tests;
	enum gk_health_status status;
	const char *message;
};

enum gk_ref_meaning { GK_REF_POD, GK_REF_NEED, GK_REF_AFTER, GK_REF_GIVE, GK_REF_GIVE_SELF };

struct gk_ref_rule {
	enum gk_ref_meaning meaning;
	const char *group, *kind; /* of the user; kind "@pod": of a pod spec */
	const char *path;
	const char *target_group, *target_kind, *ns;
};

/* A field manager that stands for a person at a keyboard. */
struct gk_hand {
	const char *manager;
};
bool gk_hand_is(struct gk_str manager);

/* Generated. */
extern const struct gk_hand gk_hands[];
extern const size_t gk_hands_count;
extern const struct gk_apply_kind gk_apply_kinds[];
extern const size_t gk_apply_kinds_count;
extern const struct gk_health_rule gk_health_rules[];
extern const size_t gk_health_rules_count;
extern const struct gk_ref_rule gk_ref_rules[];
extern const size_t gk_ref_rules_count;

#endif
