# kubectl finds in gk-sim what it finds in a real control plane.
# servers: none
. "${0%/*}/lib.sh"

if ! command -v gk-sim >/dev/null
then
	skip "kubectl on gk-sim and on the real one" "gk-sim is not built"
	done_testing
fi
exec "$LIVE/simdiff/run" kubectl
