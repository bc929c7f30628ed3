#!/bin/sh
# Random states: gk-tfstate prints what terraform prints.
. "$top_srcdir/tests/cli/lib.sh"
command -v terraform >/dev/null || skip_all "terraform is not installed"
command -v python3 >/dev/null || skip_all "python3 is not installed"
exec python3 "$top_srcdir/tests/diff/tfstate" 12
