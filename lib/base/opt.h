/*
 * Options: one table a program, from which parsing, --help, --help=json, shell
 * completion and the man page check all come.  Groups that several programs share
 * are macros, so that a name, a letter and a meaning are the same everywhere.
 *
 * Syntax: GNU (-abc, --name=value, --name value, -- ends; options and operands mix).
 * Long options are never abbreviated.  Flags take --x, --x=true|false and --no-x.
 * Command line > environment variable of the table > default.
 */
#ifndef GK_BASE_OPT_H
#define GK_BASE_OPT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

enum gk_opt_kind {
	GK_OPT_FLAG,     /* bool */
	GK_OPT_COUNT,    /* int: how often it was given */
	GK_OPT_STR,      /* const char *, NULL when absent */
	GK_OPT_LIST,     /* struct gk_strs, repeatable */
	GK_OPT_U64,      /* uint64_t */
	GK_OPT_SIZE,     /* uint64_t bytes */
	GK_OPT_DURATION, /* int64_t milliseconds */
	GK_OPT_CHOICE,   /* const char *, one of `choices` */
	GK_OPT_OPTIONAL  /* const char *, NULL when absent; "--x" alone stores "" */
};

struct gk_opt {
	const char *name; /* without dashes */
	char letter;      /* 0 = none */
	enum gk_opt_kind kind;
	size_t offset;       /* of the variable in the program's args struct */
	const char *arg;     /* name of the argument in help, NULL for flags */
	const char *group;   /* "Input", "Cluster", "AWS", "Output", "Safety", "General" */
	const char *env;     /* environment variable that sets it too, or NULL */
	const char *help;    /* one line, lower case, no full stop */
	const char *choices; /* "json|yaml|name", for CHOICE and OPTIONAL */
};

/* What every program takes. */
struct gk_common {
	bool help_flag, version, quiet, no_input;
	const char *help;       /* "text" or "json" when asked */
	const char *completion; /* bash, zsh or fish */
	const char *color;      /* auto, always, never */
	const char *log_format; /* text, json */
	int verbose;
	struct gk_strs limit; /* NAME=VALUE */
};

#define GK_OPTS_COMMON(T, m)                                                                       \
	{"help", 'h', GK_OPT_OPTIONAL, offsetof(T, m.help), "FORMAT", "General", NULL,             \
		"print this help and exit; json for machines", "text|json"},                       \
		{"version", 0, GK_OPT_FLAG, offsetof(T, m.version), NULL, "General", NULL,         \
			"print version and exit", NULL},                                           \
		{"completion", 0, GK_OPT_CHOICE, offsetof(T, m.completion), "SHELL", "General",    \
			NULL, "print a completion script and exit", "bash|zsh|fish"},              \
		{"quiet", 'q', GK_OPT_FLAG, offsetof(T, m.quiet), NULL, "General", NULL,           \
			"errors only", NULL},                                                      \
		{"verbose", 'v', GK_OPT_COUNT, offsetof(T, m.verbose), NULL, "General", NULL,      \
			"say more; repeat for requests, then headers", NULL},                      \
		{"color", 0, GK_OPT_CHOICE, offsetof(T, m.color), "WHEN", "General", NULL,         \
			"colour diagnostics and text output", "auto|always|never"},                \
		{"log-format", 0, GK_OPT_CHOICE, offsetof(T, m.log_format), "FORMAT", "General",   \
			NULL, "form of the diagnostics on stderr", "text|json"},                   \
	{                                                                                          \
		"limit", 0, GK_OPT_LIST, offsetof(T, m.limit), "NAME=VALUE", "General", NULL,      \
			"raise one limit on input (repeatable)", NULL                              \
	}

/* -f, as kubectl. */
struct gk_opt_input {
	struct gk_strs filename;
	bool recursive;
	const char *namespace;
};
#define GK_OPTS_INPUT(T, m)                                                                        \
	{"filename", 'f', GK_OPT_LIST, offsetof(T, m.filename), "FILE", "Input", NULL,             \
		"objects: a file, a directory or - for stdin (repeatable)", NULL},                 \
		{"recursive", 'R', GK_OPT_FLAG, offsetof(T, m.recursive), NULL, "Input", NULL,     \
			"read directories below -f too", NULL},                                    \
	{                                                                                          \
		"namespace", 'n', GK_OPT_STR, offsetof(T, m.namespace), "NS", "Input", NULL,       \
			"namespace of namespaced objects that name none", NULL                     \
	}

/* How to reach the cluster, as kubectl. */
struct gk_opt_cluster {
	const char *kubeconfig, *context, *cluster, *user, *server;
	const char *certificate_authority, *client_certificate, *client_key, *tls_server_name;
	const char *token_file, *as, *as_uid;
	struct gk_strs as_group;
	bool insecure;
	int64_t request_timeout_ms, timeout_ms;
	uint64_t concurrency;
};
#define GK_OPTS_CLUSTER(T, m)                                                                      \
	{"kubeconfig", 0, GK_OPT_STR, offsetof(T, m.kubeconfig), "FILE", "Cluster", NULL,          \
		"kubeconfig file (default: KUBECONFIG, ~/.kube/config, in-cluster)", NULL},        \
		{"context", 0, GK_OPT_STR, offsetof(T, m.context), "NAME", "Cluster", NULL,        \
			"context of the kubeconfig", NULL},                                        \
		{"cluster", 0, GK_OPT_STR, offsetof(T, m.cluster), "NAME", "Cluster", NULL,        \
			"cluster of the kubeconfig", NULL},                                        \
		{"user", 0, GK_OPT_STR, offsetof(T, m.user), "NAME", "Cluster", NULL,              \
			"user of the kubeconfig", NULL},                                           \
		{"server", 's', GK_OPT_STR, offsetof(T, m.server), "URL", "Cluster", NULL,         \
			"address of the API server", NULL},                                        \
		{"certificate-authority", 0, GK_OPT_STR, offsetof(T, m.certificate_authority),     \
			"FILE", "Cluster", NULL, "CA certificates of the API server", NULL},       \
		{"client-certificate", 0, GK_OPT_STR, offsetof(T, m.client_certificate), "FILE",   \
			"Cluster", NULL, "client certificate", NULL},                              \
		{"client-key", 0, GK_OPT_STR, offsetof(T, m.client_key), "FILE", "Cluster", NULL,  \
			"key of the client certificate", NULL},                                    \
		{"tls-server-name", 0, GK_OPT_STR, offsetof(T, m.tls_server_name), "NAME",         \
			"Cluster", NULL, "name to expect in the server's certificate", NULL},      \
		{"insecure-skip-tls-verify", 0, GK_OPT_FLAG, offsetof(T, m.insecure), NULL,        \
			"Cluster", NULL, "do not verify the API server's certificate", NULL},      \
		{"token-file", 0, GK_OPT_STR, offsetof(T, m.token_file), "FILE", "Cluster", NULL,  \
			"file with the bearer token", NULL},                                       \
		{"as", 0, GK_OPT_STR, offsetof(T, m.as), "USER", "Cluster", NULL,                  \
			"user to impersonate", NULL},                                              \
		{"as-group", 0, GK_OPT_LIST, offsetof(T, m.as_group), "GROUP", "Cluster", NULL,    \
			"group to impersonate (repeatable)", NULL},                                \
		{"as-uid", 0, GK_OPT_STR, offsetof(T, m.as_uid), "UID", "Cluster", NULL,           \
			"uid to impersonate", NULL},                                               \
		{"request-timeout", 0, GK_OPT_DURATION, offsetof(T, m.request_timeout_ms), "D",    \
			"Cluster", "GK_REQUEST_TIMEOUT",                                           \
			"limit of one HTTP request (default 30s)", NULL},                          \
		{"timeout", 0, GK_OPT_DURATION, offsetof(T, m.timeout_ms), "D", "Cluster",         \
			"GK_TIMEOUT", "limit of the whole run, health waits included", NULL},      \
	{                                                                                          \
		"concurrency", 0, GK_OPT_U64, offsetof(T, m.concurrency), "N", "Cluster",          \
			"GK_CONCURRENCY", "parallel requests (default 16)", NULL                   \
	}

/* How to reach AWS, as aws-cli. */
struct gk_opt_aws {
	const char *region, *profile, *endpoint_url;
	const char *role_arn, *role_session_name, *web_identity_token_file;
};
#define GK_OPTS_AWS(T, m)                                                                          \
	{"region", 0, GK_OPT_STR, offsetof(T, m.region), "NAME", "AWS", NULL,                      \
		"AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, profile)", NULL},            \
		{"profile", 0, GK_OPT_STR, offsetof(T, m.profile), "NAME", "AWS", NULL,            \
			"profile of the AWS config files", NULL},                                  \
		{"endpoint-url", 0, GK_OPT_STR, offsetof(T, m.endpoint_url), "URL", "AWS", NULL,   \
			"AWS endpoint for all services", NULL},                                    \
		{"role-arn", 0, GK_OPT_STR, offsetof(T, m.role_arn), "ARN", "AWS", NULL,           \
			"role to assume (default: AWS_ROLE_ARN)", NULL},                           \
		{"role-session-name", 0, GK_OPT_STR, offsetof(T, m.role_session_name), "NAME",     \
			"AWS", NULL, "name of the session (default: AWS_ROLE_SESSION_NAME)",       \
			NULL},                                                                     \
	{                                                                                          \
		"web-identity-token-file", 0, GK_OPT_STR, offsetof(T, m.web_identity_token_file),  \
			"FILE", "AWS", NULL,                                                       \
			"service account token (default: AWS_WEB_IDENTITY_TOKEN_FILE)", NULL       \
	}

/*
 * Parse argv into *args by the table.  Operands are returned in order.  Values point
 * into argv or the environment.  GK_EUSAGE on misuse, with the nearest name in help.
 */
GK_NODISCARD int gk_opt_parse(const struct gk_opt *opts, size_t n, int argc, char **argv,
	void *args, struct gk_strs *ret_operands, struct gk_err *err);
void gk_opt_done(const struct gk_opt *opts, size_t n, void *args); /* releases LISTs */

#endif
