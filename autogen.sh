#!/bin/sh
# Make configure and Makefile.in from their sources (a checkout only: the tarball has them).
set -eu
cd "$(dirname "$0")"
mkdir -p m4 build-aux
exec autoreconf --install --force --warnings=all,no-obsolete
