# The client library against the real API server: lib/kube by tests/unit/probe-kube.
. "${0%/*}/lib.sh"

check "discovery, apply, conflicts, lists, watches, tokens" "$GK_BIN/tests/unit/probe-kube"

done_testing
