# A pipe that breaks: whichever program is killed in the middle of its output, the
# next ones refuse, and nothing is pruned.
. "${0%/*}/lib.sh"
. "$LIVE/platform.sh"
need gk-tfstate gk-render gk-secrets gk-apply

seed_platform || bail "no secrets in AWS"
deliver
ok $? "the platform is delivered" || bail "nothing to go on with"
versions stream.json >before
audit writes gk-apply | wc -l >writes

# half FILE: what a program had written when it was killed.
half()
{
	sh -c 'head -c "$1" "$2"; kill -KILL $$' half \
		"$(($(wc -c <"$1") / 2))" "$1"
}

half gk-tfstate.out | gk-render "$PLATFORM/overlays/prod" -f - >out 2>err
is $? 3 "gk-render refuses half of Terraform's outputs"
is "$(wc -c <out)" 0 "and writes nothing"
half gk-render.out | gk-secrets inject >out 2>err
is $? 3 "gk-secrets refuses half of what is rendered"
is "$(wc -c <out)" 0 "and writes nothing"
half stream.json | gk-apply --prune --yes >out 2>err
is $? 3 "gk-apply refuses half of the stream"

# Where a line ends, and where all but the last line is there.
for lines in 0 1 2 20 -1
do
	head -n $lines stream.json | gk-apply --prune --yes >out 2>err
	is $? 3 "and $lines lines of it"
done
# A set that is open at its end can be applied, but never pruned by.
python3 -c 'import json
for item in json.load(open("stream.json"))["items"][:20]:
    print(json.dumps(item))' >open.json
cat open.json | gk-apply --prune --yes --set platform >out 2>err
is $? 9 "a set without an end is not pruned by"

versions stream.json >after
is "$(diff before after)" "" "every object is as it was"
is "$(audit writes gk-apply | wc -l)" "$(cat writes)" "nothing was written"

done_testing
