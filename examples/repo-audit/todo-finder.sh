#!/bin/sh
# TodoFinder: the marks TODO, FIXME, XXX and HACK as words in text files.
# Output: {"total", "marks": [{"file", "line", "text"}, ...], "truncated", "metrics": {"files"}}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk files.awk)"'

END {
    json_begin_output()
    # Marks listed in the output; the total counts all of them.
    max_marks = 500
    max_text = 160
    mark = "(^|[^[:alnum:]_])(TODO|FIXME|XXX|HACK)([^[:alnum:]_]|$)"
    tells_binary = shell_grep_tells_binary()
    # With /dev/null there are always several files, and so every line found begins with its file.
    grep = "grep " (tells_binary ? "-I " : "") "-n -E -e " shell_quote(mark) " /dev/null"

    root = files_root()
    count = files_from("/upstream/INTAKE/Lister/files", names)
    for (first = 0; first < count; first = last + 1) {
        # A name with a colon is searched alone: in "a:1:b:2:TODO" nothing else tells where the name ends.
        last = first
        while (last + 1 < count && last - first + 1 < shell_batch_size && !(names[first] names[last + 1] ~ /:/)) last++
        find_marks(first, last)
        say("{\"type\":\"heartbeat\",\"progress\":" sprintf("%.3f", (last + 1) / count) \
            ",\"message\":\"" total + 0 " marks in " last + 1 " files\"}")
    }
    say("{\"type\":\"result\",\"output\":{\"total\":" total + 0 ",\"marks\":[" marks "],\"truncated\":" \
        (total > max_marks ? "true" : "false") ",\"metrics\":{\"files\":" count "}}}")
}

function find_marks(first, last,    i, command, line, rest) {
    # Where grep cannot tell, lines of binary files come along, and few awks can read past a NUL.
    command = shell_batch(root, grep, names, first, last) (tells_binary ? "" : " | tr -d \"\\000\"")
    i = first
    while ((command | getline line) > 0) {
        # Files come in the order asked for.
        while (i <= last && !belongs(line, names[i])) i++
        if (i > last) break
        total++
        if (total <= max_marks) add_mark(names[i], substr(line, length(names[i]) + 4))
    }
    close(command)
}

function belongs(line, name) {
    return index(line, "./" name ":") == 1 && substr(line, length(name) + 4) ~ /^[0-9]+:/
}

function add_mark(name, found,    number) {
    number = found + 0
    sub(/^[0-9]+:[ \t]*/, "", found)
    marks = marks (marks == "" ? "" : ",") "{\"file\":" json_quote(name) ",\"line\":" number \
        ",\"text\":" json_quote(shortened(found)) "}"
}

# Cuts at a whole character.
function shortened(text) {
    if (length(text) <= max_text) return text
    text = substr(text, 1, max_text)
    while (!json_is_utf8(text) && match(text, /[\300-\377][\200-\277]*$/) && RSTART > max_text - 4)
        text = substr(text, 1, RSTART - 1)
    return text
}'
