/*
 * The AWS config and credentials files: INI with nesting, as aws-cli and the SDKs read it.
 * Pure: takes text.  Cases: the SDKs' shared profile-parser tests.
 */
#ifndef GK_AWS_PROFILE_H
#define GK_AWS_PROFILE_H

#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"

enum gk_aws_file { GK_AWS_CONFIG, GK_AWS_CREDENTIALS };

struct gk_aws_section {
	struct gk_str name;
	struct gk_map
		values; /* lower-case key, or "key.subkey" of a nested block -> gk_aws_value */
};

struct gk_aws_value {
	struct gk_str text;
	enum gk_aws_file file;
	unsigned line;
};

/* Sections by name, in order of appearance; all lives in the arena (a wiping one). */
struct gk_aws_profiles {
	struct gk_arena arena;
	struct gk_map profile; /* name -> struct gk_aws_section */
	struct gk_map sso_session, services;
	bool default_is_prefixed; /* `[profile default]` was seen: it beats `[default]` */
};
#define GK_AWS_PROFILES_INIT                                                                       \
	{                                                                                          \
		.arena = {.wipe = true }                                                           \
	}
void gk_aws_profiles_done(struct gk_aws_profiles *p);

/*
 * Add one file's text.  Read the config file first, then the credentials file: its keys win.
 * `source` names the file in errors.  GK_EINPUT with the line for what no section begins,
 * a line without `=`, and an unfinished section header.
 */
GK_NODISCARD int gk_aws_profiles_parse(struct gk_aws_profiles *p, enum gk_aws_file kind,
	const char *source, struct gk_str text, struct gk_err *err);

/* The value, {NULL, 0} when the profile or the key is absent or empty. */
struct gk_str gk_aws_profile_get(
	const struct gk_aws_profiles *p, struct gk_str profile, const char *key);
bool gk_aws_profile_has(const struct gk_aws_profiles *p, struct gk_str profile);
/* As gk_aws_profile_get, for a `[services NAME]` section: key is "s3.endpoint_url". */
struct gk_str gk_aws_services_get(
	const struct gk_aws_profiles *p, struct gk_str name, const char *key);

#endif
