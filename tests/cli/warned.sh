# Warnings of gk-render that --strict makes errors; sourced after lib.sh.

# warned NAME WARNING: the whole of stderr, and that --strict refuses with the same text
warned() {
	run gk-render -o yaml
	is_rc 0 "$1: a warning"
	err_is "$2" "$1: what, where, what to do"
	cp "$tmp/out" "$tmp/loud"
	run gk-render -q -o yaml
	err_empty "$1: -q is silent"
	same_file "$tmp/out" "$tmp/loud" "$1: -q renders the same"
	run gk-render --strict -o yaml
	is_rc 3 "$1: an error with --strict"
	out_empty "$1: nothing on stdout"
	err_is "$(echo "$2" | sed '/render\.deprecated/!s/: warning: /: error: /')
" "$1: the same text"
}
