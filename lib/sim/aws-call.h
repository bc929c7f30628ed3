/*
 * One request on its way through: the service table it is found in, the input, the caller,
 * the result or the refusal.
 */
#ifndef GK_SIM_AWS_CALL_H
#define GK_SIM_AWS_CALL_H

#include "sim/aws-account.h"
#include "sim/aws-sigv4.h"

enum gk_sim_aws_protocol {
	GK_SIM_AWS_JSON, /* application/x-amz-json-1.1 */
	GK_SIM_AWS_FORM, /* form in, XML out; JSON out when asked for */
	GK_SIM_AWS_REST, /* S3: bytes and XML */
	GK_SIM_AWS_PROTOCOLS
};

struct gk_sim_aws_call;

struct gk_sim_aws_op {
	const char *name;
	int (*run)(struct gk_sim_aws_call *c); /* 0, or -1 after gk_sim_aws_refuse */
	bool open;                             /* may come without a signature */
};

struct gk_sim_aws_service {
	const char *name;   /* in the scope of signatures */
	const char *target; /* JSON: what X-Amz-Target begins with */
	const char *xmlns;  /* XML: the namespace of answers */
	enum gk_sim_aws_protocol protocol;
	const struct gk_sim_aws_op *ops;
	size_t nops;
	int64_t window_ms; /* of the clock */
};
extern const struct gk_sim_aws_service gk_sim_sts, gk_sim_secretsmanager, gk_sim_ssm, gk_sim_s3;
/* aws-s3.c: which operation method, path and query ask for; sets bucket and object. */
const struct gk_sim_aws_op *gk_sim_s3_op(struct gk_sim_aws_call *c);

/* One request on its way. */
struct gk_sim_aws_call {
	struct gk_sim_aws *aws;
	const struct gk_sim_aws_request *req;
	struct gk_sim_aws_answer *answer;
	struct gk_arena *a; /* the answer's */
	const struct gk_sim_aws_service *service;
	const struct gk_sim_aws_op *op;
	const struct gk_sim_aws_principal *who; /* NULL: not signed */
	struct gk_str request_id;

	const struct gk_node *in;      /* JSON: the input */
	struct gk_sim_aws_pairs form;  /* form: the parameters */
	struct gk_sim_aws_pairs query; /* REST */
	struct gk_str bucket, object;  /* REST: of the path, decoded */
	bool wants_json;               /* form: answer in JSON */

	struct gk_node *out;    /* the result, an object; REST: its one member is the root */
	struct gk_node *detail; /* REST: what an error says beside code and message */
	const char *code;       /* of a refusal; NULL = none */
	int status;
	struct gk_str message;
};

/* Refuse the call; the HTTP status belongs to the code.  Returns -1. */
int gk_sim_aws_refuse(struct gk_sim_aws_call *c, const char *code, const char *fmt, ...)
	GK_PRINTF(3, 4);
int gk_sim_aws_refuse_with(struct gk_sim_aws_call *c, int status, const char *code, const char *fmt,
	...) GK_PRINTF(4, 5);

/* aws-auth.c: find out who calls (signature, token, clock); sets c->who. */
GK_NODISCARD int gk_sim_aws_authenticate(
	struct gk_sim_aws_call *c, struct gk_sim_sig *sig, enum gk_sim_sig_verdict claim);
/*
 * Whether the caller may; refuses with AccessDenied when not.  resource {NULL, 0}: the action
 * knows no resources.  context may be NULL.
 */
GK_NODISCARD int gk_sim_aws_authorise(struct gk_sim_aws_call *c, const char *action,
	struct gk_str resource, const struct gk_sim_aws_pairs *context);
/* The same as a question. */
bool gk_sim_aws_may(const struct gk_sim_aws_call *c, const char *action, struct gk_str resource,
	const struct gk_sim_aws_pairs *context);
/* Why not, in AWS's words. */
const char *gk_sim_aws_denial(
	const struct gk_sim_aws_call *c, const char *action, struct gk_str resource);

/* aws-answer.c: write c->out or the refusal in the service's protocol. */
void gk_sim_aws_render(struct gk_sim_aws_call *c);
void gk_sim_aws_answer_header(struct gk_sim_aws_call *c, const char *name, struct gk_str value);

/* aws-input.c: reading JSON input and paging. */
/* A string member within these lengths; refused with ValidationException when not. */
GK_NODISCARD int gk_sim_aws_need_text(
	struct gk_sim_aws_call *c, const char *name, size_t min, size_t max, struct gk_str *ret);
struct gk_str gk_sim_aws_text(
	const struct gk_sim_aws_call *c, const char *name); /* {NULL, 0} = absent */
bool gk_sim_aws_flag(const struct gk_sim_aws_call *c, const char *name);
/* An integer member within min..max, or `otherwise` when absent. */
GK_NODISCARD int gk_sim_aws_number(struct gk_sim_aws_call *c, const char *name, int64_t min,
	int64_t max, int64_t otherwise, int64_t *ret);
/*
 * Which of the sorted keys make the page that MaxResults and NextToken ask for: from..to;
 * sets NextToken in c->out when more follow.  bad_token: the code for a token of others.
 */
struct gk_sim_aws_page {
	size_t from, to;
};
GK_NODISCARD int gk_sim_aws_paginate(struct gk_sim_aws_call *c, const struct gk_strs *keys,
	int64_t otherwise, int64_t max, const char *bad_token, struct gk_sim_aws_page *ret);
/* Keys of a map in order of their bytes; gk_vec_done when done. */
void gk_sim_aws_sorted_keys(const struct gk_map *m, struct gk_strs *ret);

/* A time, as the protocol writes it: epoch seconds with a fraction, or RFC 3339. */
void gk_sim_aws_put_time(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, int64_t ms);
void gk_sim_aws_put_text(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, struct gk_str text);
void gk_sim_aws_put_int(
	struct gk_sim_aws_call *c, struct gk_node *object, const char *key, int64_t n);

/* aws-tags.c: a list of {Key, Value}. */
void gk_sim_aws_put_tags(struct gk_sim_aws_call *c, struct gk_node *object, const char *key,
	const struct gk_sim_aws_pairs *tags);
/* Set tags from such a list; a key that is there gets the new value. */
void gk_sim_aws_set_tags(
	struct gk_sim_aws *aws, struct gk_sim_aws_pairs *tags, const struct gk_node *list);
void gk_sim_aws_remove_tags(struct gk_sim_aws_pairs *tags, const struct gk_node *keys);

#endif
