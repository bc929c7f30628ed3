#!/bin/sh
exec "$top_srcdir/tools/check-slugs"
