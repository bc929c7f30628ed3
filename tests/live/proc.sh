# Processes that outlive the script that starts them: sourced by plane and aws.
#
# Each is one line "NAME PID STARTED" of a list file.  STARTED is the start time
# that the kernel keeps (field 22 of /proc/PID/stat): a process identifier that
# has been given to somebody else since is never signalled.

# started_at PID: empty when there is no such process.  The name in field 2 may
# hold blanks and brackets, hence the cut at the last one.
started_at()
{
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# proc_start LIST NAME LOG PROGRAM ARGS...: in its own session, so that no
# signal of a terminal reaches it.
proc_start()
{
	list=$1 name=$2 log=$3
	shift 3
	setsid "$@" </dev/null >"$log" 2>&1 &
	echo "$name $! $(started_at $!)" >>"$list"
}

# proc_runs PID STARTED
proc_runs()
{
	[ -n "$2" ] && [ "$(started_at "$1")" = "$2" ] &&
		! grep -q '^[^)]*) Z' "/proc/$1/stat" 2>/dev/null
}

# proc_dead LIST: prints the names of those that run no longer.
proc_dead()
{
	while read -r name pid started
	do
		proc_runs "$pid" "$started" || echo "$name"
	done <"$1"
}

# proc_stop LIST: ends all, last started first, and takes the list away.
# SIGTERM, and SIGKILL after 5 s; fails when something still runs after that.
proc_stop()
{
	[ -f "$1" ] || return 0
	tac "$1" >"$1.stop"
	proc_signal TERM "$1.stop"
	proc_await 5 "$1.stop" || proc_signal KILL "$1.stop"
	proc_await 5 "$1.stop" || return 1
	rm -f "$1" "$1.stop"
}

# proc_signal SIGNAL LIST
proc_signal()
{
	while read -r name pid started
	do
		! proc_runs "$pid" "$started" || kill -s "$1" "$pid" || :
	done <"$2"
}

# proc_await SECONDS LIST: until all have ended.  One that has ended but that
# its new parent has not asked after yet counts, so this looks rather than waits.
proc_await()
{
	left=$(($1 * 50))
	while read -r name pid started
	do
		while proc_runs "$pid" "$started"
		do
			[ $left -gt 0 ] || return 1
			left=$((left - 1))
			sleep 0.02
		done
	done <"$2"
}

# free_ports N: that many TCP ports of 127.0.0.1 on which nothing listens.
free_ports()
{
	python3 -c '
import socket, sys
held = [socket.create_server(("127.0.0.1", 0))
        for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in held))' "$1"
}
