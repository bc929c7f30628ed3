/* URLs: taking apart, percent-encoding, and the one way to show one to a person. */
#ifndef GK_HTTP_URL_H
#define GK_HTTP_URL_H

#include "base/buf.h"
#include "base/err.h"

/* Views into the text that was parsed. */
struct gk_url {
	struct gk_str scheme; /* as written: "https", "http", "socks5" */
	struct gk_str user;   /* "user:password", {NULL, 0} = none */
	struct gk_str host;   /* without the brackets of an IPv6 address */
	uint16_t port;        /* 0 = none given */
	struct gk_str path;   /* begins with '/', or empty */
	struct gk_str query;  /* without '?' and fragment, {NULL, 0} = none */
	bool ipv6;            /* the host stood in brackets */
};

/* GK_EINPUT for what is no absolute URL with a host; blanks and controls are refused. */
GK_NODISCARD int gk_url_parse(struct gk_str text, struct gk_url *ret, struct gk_err *err);
/* The port given, else 443 for https and 80 for all else. */
uint16_t gk_url_port(const struct gk_url *u);
/* host, with the brackets of an IPv6 address. */
void gk_url_put_host(struct gk_buf *b, const struct gk_url *u);

/* Percent-encode all but RFC 3986's unreserved characters: a path segment or a query value. */
void gk_url_encode(struct gk_buf *b, struct gk_str s);
/* Append "name=value", encoded, after '?' or '&' as the buffer needs. */
void gk_url_query(struct gk_buf *b, const char *name, struct gk_str value);

/* For messages and traces: user, signatures and tokens in the query are left out; escaped. */
void gk_url_show(struct gk_buf *b, struct gk_str url);

/* The host is loopback or link-local as written: localhost, 127/8, 169.254/16, ::1, fe80::/10,
 * fd00:ec2::/32 (where AWS puts the metadata and Pod Identity services). */
bool gk_url_is_local(const struct gk_url *u);
/* The host is loopback as written. */
bool gk_url_is_loopback(const struct gk_url *u);

#endif
