/* Keys and values of Secrets: conversion, checks, decoding. */
#ifndef GK_SECRET_KEYS_H
#define GK_SECRET_KEYS_H

#include "base/buf.h"
#include "base/err.h"

enum gk_conversion { GK_CONVERT_DEFAULT, GK_CONVERT_UNICODE };
enum gk_decoding { GK_DECODE_NONE, GK_DECODE_BASE64, GK_DECODE_BASE64URL, GK_DECODE_AUTO };

/*
 * Append a name as a key: each character outside [-._0-9A-Za-z] becomes `_`, or `_U` with at
 * least four hexadecimal digits and `_`.
 */
void gk_secret_convert(struct gk_buf *b, struct gk_str name, enum gk_conversion how);
/* What the API server takes: [-._a-zA-Z0-9]{1,253}, neither "." nor "..". */
GK_NODISCARD int gk_secret_key_check(struct gk_str key, struct gk_err *err);
/* Append the decoded value; AUTO tries both alphabets, else takes it as it is. */
GK_NODISCARD int gk_secret_decode(
	struct gk_buf *b, struct gk_str value, enum gk_decoding how, struct gk_err *err);

#endif
