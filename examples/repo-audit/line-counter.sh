#!/bin/sh
# LineCounter: the lines (line ends, as wc counts them) of all text files, by language.
# Output: {"lines", "languages": {"Java": 1234, ...}, "binary", "unreadable", "metrics": {"files"}}
#
# After each batch it leaves a checkpoint with the next file and the totals so far, so an attempt after a crash
# repeats one batch at most. That is also why it may simply end at SIGTERM: its latest checkpoint is never old.
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk files.awk languages.awk)"'

END {
    json_begin_output()
    root = files_root()
    count = files_from("/upstream/INTAKE/Lister/files", names)
    first = resume()
    # Where grep cannot tell, binary files are counted like text.
    tells_binary = shell_grep_tells_binary()
    while (first < count) {
        last = first + shell_batch_size - 1
        if (last >= count) last = count - 1
        count_lines(first, last)
        first = last + 1
        say("{\"type\":\"checkpoint\",\"token\":\"file-" first "\",\"data\":{\"next\":" first ",\"totals\":" \
            languages_json(totals) ",\"binary\":" binary + 0 ",\"unreadable\":" unreadable + 0 "}}")
        say("{\"type\":\"heartbeat\",\"progress\":" sprintf("%.3f", first / count) \
            ",\"message\":\"" first " of " count " files\"}")
    }
    lines = 0
    for (language in totals) lines += totals[language]
    say("{\"type\":\"result\",\"output\":{\"lines\":" lines ",\"languages\":" languages_json(totals) \
        ",\"binary\":" binary + 0 ",\"unreadable\":" unreadable + 0 ",\"metrics\":{\"files\":" count "}}}")
}

# Takes over what an earlier attempt had counted and returns the file to go on with.
function resume(    i, language) {
    if (json_type["/checkpoint"] != "object") return 0
    for (i = 1; i <= json_size["/checkpoint/data/totals"]; i++) {
        language = json_key["/checkpoint/data/totals", i]
        totals[language] = json_value["/checkpoint/data/totals/" language] + 0
    }
    binary = json_value["/checkpoint/data/binary"] + 0
    unreadable = json_value["/checkpoint/data/unreadable"] + 0
    return json_value["/checkpoint/data/next"] + 0
}

function count_lines(first, last,    i, command, line, columns, ends, is_text) {
    command = shell_batch(root, tells_binary ? "grep -I -l -e \"\"" : "ls -d", names, first, last)
    while ((command | getline line) > 0) is_text[substr(line, 3)] = 1
    close(command)

    # One row for each file that could be read, in the order asked for; then the sum, which names no file.
    command = shell_batch(root, "wc -l -c", names, first, last)
    i = first
    while ((command | getline line) > 0) {
        split(line, columns, " ")
        if (!sub(/^ *[0-9]+ +[0-9]+ +\.\//, "", line)) continue
        while (i <= last && names[i] != line) { i++; unreadable++ }
        if (i > last) break
        if (line in is_text || columns[2] == 0) totals[language_of(line)] += columns[1]
        else binary++
        i++
    }
    close(command)
    unreadable += last - i + 1
}'
