# botocore finds in gk-sim what it finds in moto.
# servers: none
. "${0%/*}/lib.sh"

if ! command -v gk-sim >/dev/null
then
	skip "botocore on gk-sim and on moto" "gk-sim is not built"
	done_testing
fi
exec "$LIVE/simdiff/run" boto
