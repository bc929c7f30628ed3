/*
 * A client of gk-sim's AWS half without a network: it signs with lib/aws, whose signer shares
 * no code with the verifier, hands the bytes over and reads the answer.
 */
#ifndef SIM_AWS_CLIENT_H
#define SIM_AWS_CLIENT_H

#include <gnutls/abstract.h>

#include "doc/json.h"
#include "sim/aws.h"

#define SIM_ISSUER "https://issuer.example"
#define SIM_ROOT_KEY "AKIAIOSFODNN7EXAMPLE"
#define SIM_ROOT_SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

struct sim_client {
	struct gk_sim_aws *aws;
	int64_t now_ms;                  /* the server's clock */
	struct gk_str id, secret, token; /* who signs; id.n == 0: nobody */
	const char *region;
	int64_t skew_ms;                 /* of the client's clock */
	struct gk_sim_aws_pairs headers; /* more headers for the next call */

	struct gk_arena arena;
	struct gk_sim_aws_answer answer; /* of the last call */
	struct gk_node *out;             /* its body when it is JSON, else NULL */
};

/* seed: JSON, or NULL. Fails the test when the seed is refused. */
void sim_client_init(struct sim_client *c, const char *seed);
void sim_client_done(struct sim_client *c);
void sim_client_as_root(struct sim_client *c);
void sim_client_header(struct sim_client *c, const char *name, const char *value);

/* Each returns the HTTP status. */
int sim_json(struct sim_client *c, const char *service, const char *target, const char *body);
int sim_form(struct sim_client *c, const char *form);
int sim_s3(struct sim_client *c, const char *method, const char *target, const char *body);
/* A presigned GET; extra: a header that is signed too, or NULL. */
int sim_presigned(struct sim_client *c, const char *service, const char *target,
	const char *extra_name, const char *extra_value, unsigned expires_s);

/* A string at a path of member names ("Parameter/Value", "Errors/0/ErrorCode"); "" = none. */
const char *sim_out(const struct sim_client *c, const char *path);
bool sim_body_has(const struct sim_client *c, const char *text);
/* A header of the answer, or "". */
const char *sim_answer_header(const struct sim_client *c, const char *name);

/* Tokens of the issuer; key 1 is another key than 0, which is the published one. */
void sim_tokens_init(void);
void sim_tokens_done(void);
struct gk_str sim_jwks(struct gk_arena *a);
const char *sim_token(struct gk_arena *a, int key, const char *claims);

#endif
