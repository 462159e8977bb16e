#!/bin/sh
# Hasher: the SHA-256 of each file of its shard (the piece of the files that the plan cuts for each task).
# Output: {"hashes": [{"file", "sha256"}, ...], "count", "unreadable"}; where neither sha256sum nor shasum is
# installed the field is "cksum", the checksum of POSIX.
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk files.awk)"'

END {
    json_begin_output()
    if (shell_first_line("command -v sha256sum") != "") { field = "sha256"; hash = "sha256sum" }
    else if (shell_first_line("command -v shasum") != "") { field = "sha256"; hash = "shasum -a 256" }
    else { field = "cksum"; hash = "cksum" }

    root = files_root()
    count = files_from("/input/files", names)
    hashed = 0
    for (first = 0; first < count; first = last + 1) {
        last = first + shell_batch_size - 1
        if (last >= count) last = count - 1
        hash_files(first, last)
    }
    say("{\"type\":\"result\",\"output\":{\"hashes\":[" hashes "],\"count\":" hashed ",\"unreadable\":" \
        count - hashed "}}")
}

function hash_files(first, last,    i, command, line, value) {
    command = shell_batch(root, hash, names, first, last)
    i = first
    while ((command | getline line) > 0) {
        # A leading backslash says that backslashes of the name are doubled.
        if (sub(/^\\/, "", line)) gsub(/\\\\/, "\\", line)
        value = line
        sub(/ .*$/, "", value)
        sub(/^[0-9a-f]+ ([0-9]+ | |\*)\.\//, "", line)
        while (i <= last && names[i] != line) i++
        if (i > last) break
        hashes = hashes (hashes == "" ? "" : ",") "{\"file\":" json_quote(line) ",\"" field "\":\"" value "\"}"
        hashed++
        i++
    }
    close(command)
}'
