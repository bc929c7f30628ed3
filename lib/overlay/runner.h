/*
 * What the renderer needs of the world to start a program: supplied by a command, so that
 * this module does no I/O, and only where the operator has allowed it.
 */
#ifndef GK_OVERLAY_RUNNER_H
#define GK_OVERLAY_RUNNER_H

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"

struct gk_program {
	const char *const *argv; /* NULL-terminated; looked up in PATH unless it has '/' */
	const char *const *env;  /* "NAME=value" beyond the operator's environment; or NULL */
	const char *dir;         /* absolute: where it runs, and argv[0] is relative to */
	struct gk_str input;     /* its standard input */
};

struct gk_program_result {
	struct gk_str out, err; /* err: its beginning */
	int exit_code;
	int signal; /* that killed it, or 0 */
};

enum gk_probe { GK_PROBE_NOTHING, GK_PROBE_FILE, GK_PROBE_PROGRAM, GK_PROBE_DIRECTORY };

struct gk_runner {
	/*
	 * Run to its end; results live in a.  0 whenever it ended by itself, whatever its exit
	 * code.  Errors of base/child.h.
	 */
	int (*run)(struct gk_runner *r, const struct gk_program *p, struct gk_arena *a,
		struct gk_program_result *ret, struct gk_err *err);
	/* What an absolute path names on this machine, links followed. */
	enum gk_probe (*probe)(struct gk_runner *r, const char *path);
	/* A directory that only the operator can enter, and a file in it; until `sweep`. */
	int (*scratch_dir)(struct gk_runner *r, const char **ret, struct gk_err *err);
	int (*scratch_file)(struct gk_runner *r, const char *name, struct gk_str text,
		struct gk_arena *a, const char **ret_path, struct gk_err *err);
	void (*sweep)(struct gk_runner *r);
};

/* What the operator has allowed, by kustomize's own options. */
struct gk_plugins {
	bool external;         /* --enable-alpha-plugins: programs of a repository's choice */
	bool exec;             /* --enable-exec: programs of the repository */
	bool network;          /* --network: containers that ask for it get the host's network */
	struct gk_strs mounts; /* --mount, for each container */
	struct gk_strs env;    /* --env, NAME=value or NAME, for functions */
	const char *user;      /* of containers: "nobody", or "UID:GID" for --as-current-user */
	const char *home;      /* of legacy plugins; NULL: none was found */
	bool helm;             /* --enable-helm; --enable-alpha-plugins implies it */
	const char *helm_command;
	struct gk_strs helm_api_versions;
	const char *helm_kube_version; /* or NULL */
	bool helm_debug;
	bool helm_plugins; /* the operator says where they are, by HELM_PLUGINS */
};

#endif
