# Which processes belong to a local cluster. Sourced by bash with $directory set to its state.
#
# pids/NAME holds a process id and the time at which that process started, so that a process of somebody else that got
# the same id later is never taken for ours.

# started PID: something that no later process of this id shares; nothing if there is no such process.
started() {
    if [[ -r "/proc/$1/stat" ]]; then
        # Field 22, counted behind the command's closing parenthesis, which may itself hold spaces.
        sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
    else
        ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_'
    fi
}

record() {
    echo "$2 $(started "$2")" >"$directory/pids/$1"
}

# is_running NAME: whether the process that was recorded under this name still runs.
is_running() {
    local pid since
    [[ -r "$directory/pids/$1" ]] || return 1
    read -r pid since <"$directory/pids/$1" || return 1
    [[ -n "$since" && "$(started "$pid")" == "$since" ]] && ! is_zombie "$pid"
}

is_zombie() {
    if [[ -r "/proc/$1/stat" ]]; then
        [[ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)" == Z* ]]
    else
        [[ "$(ps -o stat= -p "$1" 2>/dev/null)" == Z* ]]
    fi
}

names() {
    local file
    for file in "$directory"/pids/*; do
        [[ -e "$file" ]] && basename "$file"
    done
    return 0
}

any_running() {
    local name
    for name in $(names); do
        is_running "$name" && return 0
    done
    return 1
}

# Asks all processes to end, waits for 10 s, and kills what is left. Workers go first, so that they end their executors.
stop_all() {
    local name pid since deadline=$((SECONDS + 10))
    for name in $(names | sort -r); do
        if is_running "$name"; then
            read -r pid since <"$directory/pids/$name"
            kill "$pid" 2>/dev/null || true
        fi
    done
    while any_running && ((SECONDS < deadline)); do
        sleep 0.1
    done
    for name in $(names); do
        if is_running "$name"; then
            read -r pid since <"$directory/pids/$name"
            kill -KILL "$pid" 2>/dev/null || true
        fi
        rm -f "$directory/pids/$name"
    done
}
