# Ends the programs of a worker when it is time to, where no C compiler has built the starter. Arguments: the control group
# whose groups the programs are in, the named pipe that the worker reads, and the number it knows this guard by.
#
# The worker writes, with each renewal of its lease, for how many seconds from now programs may work, or "none" for without
# end; when its end of the pipe closes, it is gone.
trap '' HUP INT QUIT PIPE TERM TSTP
group=$1
reports=$2
number=$3
timer=

# What the worker itself has made to stand still may stay.
works() {
    cat "$1/cgroup.procs" "$1"/*/cgroup.procs "$1"/*/*/cgroup.procs 2>/dev/null | while read -r pid; do
        read -r stat 2>/dev/null <"/proc/$pid/stat" || continue
        case ${stat##*) } in
            T* | Z* | X*) ;;
            *) echo "$pid" ;;
        esac
    done | grep -q .
}

end() {
    echo 1 2>/dev/null >"$1/cgroup.kill" && return
    cat "$1/cgroup.procs" "$1"/*/cgroup.procs "$1"/*/*/cgroup.procs 2>/dev/null | while read -r pid; do
        kill -KILL "$pid" 2>/dev/null
    done
}

end_what_works() {
    for one in "$group"/*/; do
        if works "${one%/}"; then
            echo "$number K $(basename "$one")" >"$reports"
            end "${one%/}"
        fi
    done
}

while read -r seconds; do
    [ -z "$timer" ] || kill -USR1 "$timer" 2>/dev/null
    timer=
    [ "$seconds" != none ] || continue
    (
        trap 'kill -KILL "$sleeper" 2>/dev/null; exit' USR1
        sleep "$seconds" &
        sleeper=$!
        wait "$sleeper" || exit
        while [ -d "$group" ]; do
            end_what_works
            sleep 0.05
        done
    ) &
    timer=$!
done

[ -z "$timer" ] || kill -USR1 "$timer" 2>/dev/null
while [ -d "$group" ]; do
    end "$group"
    rmdir "$group"/*/*/*/ "$group"/*/*/ "$group"/*/ "$group" 2>/dev/null
    [ ! -d "$group" ] || sleep 0.02
done
