/*
 * A server for faults: a thread on a loopback port that plays a script.  Each request that
 * arrives takes the first unused reply whose `match` is a prefix of "METHOD path", gets its
 * bytes as they are, and is remembered.  A request that nothing matches is answered 599.
 */
#ifndef FAKE_SERVER_H
#define FAKE_SERVER_H

#include "base/buf.h"

enum {
	FAKE_CLOSE = 1, /* close after the bytes */
	FAKE_RESET = 2, /* reset after the bytes */
	FAKE_STALL = 4, /* say nothing more, keep the connection open */
	FAKE_EVER = 8,  /* not used up: answers every match from now on */
	FAKE_EAGER = 16 /* of the first entry: no request's body is waited for */
};

struct fake_reply {
	const char *match; /* "GET /api", NULL = anything */
	const char *bytes; /* NULL = none */
	unsigned flags;
};

struct fake;
/* The script ends with an entry of neither match nor bytes nor flags; it is borrowed. */
struct fake *fake_start(const struct fake_reply *script);
/* The same over TLS, with a certificate made for the occasion. */
enum fake_cert {
	FAKE_CERT_GOOD, /* for 127.0.0.1 */
	FAKE_CERT_EXPIRED,
	FAKE_CERT_EARLY, /* not yet valid */
	FAKE_CERT_OTHER  /* for another host: wrong.test */
};
struct fake *fake_start_tls(const struct fake_reply *script, enum fake_cert cert);
const char *fake_ca(const struct fake *f); /* PEM that makes the certificate trusted */
void fake_stop(struct fake *f);
unsigned fake_port(const struct fake *f);
/* After fake_stop or when quiet: what was asked. */
size_t fake_requests(struct fake *f);
const char *fake_request(struct fake *f, size_t i); /* head and body as they came */
size_t fake_connections(struct fake *f);
void fake_free(struct fake *f);

/* Reply texts. */
#define FAKE_JSON(status, body)                                                                    \
	"HTTP/1.1 " status "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"  \
	"\r\n" FAKE_CHUNK_MARK body
#define FAKE_CHUNK_MARK "\001"

#endif
