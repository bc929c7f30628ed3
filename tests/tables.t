#!/bin/sh
# tools/gen-table makes the same C from a table under every awk of this machine, and keeps
# backslashes and quotes.  A bare Debian has mawk only, developers often gawk.
set -u
gen=$top_srcdir/tools/gen-table
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

report() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

cat >"$dir/t.tbl" <<'EOF'
%include "t.h"
%array struct row rows
%columns str path rest
a\.b	x/y\/z	say "no" & \
EOF
cat >"$dir/want" <<'EOF'
	{"a\\.b", "x" "\0" "y/z" "\0", "say \"no\" & \\"},
EOF

for awk in awk mawk gawk original-awk 'busybox awk'; do
	command -v "${awk%% *}" >/dev/null || continue
	[ "$awk" = "${awk%% *}" ] || $awk 'BEGIN { exit }' 2>/dev/null || continue
	printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$dir/awk" && chmod +x "$dir/awk"
	AWK=$dir/awk "$gen" "$dir/t.tbl" >"$dir/all"
	grep '^	{' "$dir/all" >"$dir/got"
	cmp -s "$dir/want" "$dir/got"
	report $? "$awk keeps backslashes and quotes"
done
for table in "$top_srcdir"/lib/*/*.tbl; do
	made=$top_builddir/lib/${table#"$top_srcdir"/lib/}
	made=${made%.tbl}-table.c
	"$gen" "$table" | cmp -s - "$made"
	report $? "${table#"$top_srcdir"/} is what was compiled"
done
echo "1..$n"
