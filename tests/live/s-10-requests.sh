# gk-sim answers as the real API server does.
# servers: none
. "${0%/*}/lib.sh"

if ! command -v gk-sim >/dev/null
then
	skip "gk-sim compared with the API server" "gk-sim is not built"
	done_testing
fi
exec "$LIVE/simdiff/run" requests
