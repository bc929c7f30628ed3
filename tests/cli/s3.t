# Reading S3 through a small program, on gk-sim: keys that must be encoded, what is not there.
. "$top_srcdir/tests/cli/lib.sh"
probe=$top_builddir/tests/unit/probe-s3
[ -x "$probe" ] || skip_all "probe-s3 is not built (no cmocka)"
cat >"$tmp/seed.json" <<'EOF'
{"account":"111122223333","region":"eu-central-1","s3":[
 {"bucket":"tf","key":"prod.tfstate","body":"state"},
 {"bucket":"tf","key":"env:/a b/x+y=z/%41.tfstate","body":"odd"},
 {"bucket":"tf","key":"a/../b//c","body":"dots"},
 {"bucket":"tf.dotted","key":"é","body":"utf8"}]}
EOF
in_sim --seed "$tmp/seed.json"
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

run "$probe" s3://tf/prod.tfstate "s3://tf/env:/a b/x+y=z/%41.tfstate" s3://tf/a/../b//c s3://tf.dotted/é
is_rc 0 "objects"
out_is "state etag yes
odd etag yes
dots etag yes
utf8 etag yes
" "each is read under its own key, signed as it goes over the wire"
run "$probe" s3://tf/none s3://nowhere/x s3://tf https://tf/x
out_has "s3.no-object: s3://tf/none: GetObject: NoSuchKey" "a key that is not there"
out_has "s3.no-bucket: s3://nowhere/x: GetObject: NoSuchBucket" "a bucket that is not there"
out_has "s3.url: 's3://tf' is not of the form s3://BUCKET/KEY" "no key"
out_has "s3.url: 'https://tf/x' is not of the form s3://BUCKET/KEY" "no s3 URL"
AWS_SECRET_ACCESS_KEY=wrong run "$probe" s3://tf/prod.tfstate
out_has "aws.denied: s3://tf/prod.tfstate: GetObject: SignatureDoesNotMatch" "a wrong key"
done_testing
