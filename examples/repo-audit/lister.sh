#!/bin/sh
# Lister: the regular files under input.path, without .git, target and node_modules.
# Output: {"root", "files": [paths relative to root], "skipped", "truncated", "metrics": {"files"}}
#
# Names that a line or a JSON string cannot hold (with line breaks, or not UTF-8) are counted as skipped.
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk)"'

END {
    json_begin_output()
    # What one task document should carry at most; both are far above what this example is for.
    max_files = 50000
    max_bytes = 5 * 1024 * 1024

    path = json_type["/input/path"] == "string" ? json_value["/input/path"] : "."
    root = shell_first_line("cd " shell_quote(shell_from_caller(path)) " 2>/dev/null && pwd -P")
    if (root == "" || !json_is_utf8(root))
        give_up("input.path: cannot list \"" path "\" (" shell_from_caller(path) "); expected a readable directory")

    pruned = "\\( -name .git -o -name target -o -name node_modules \\) -prune"
    broken = "-path \"*\n*\""
    printf "{\"type\":\"result\",\"output\":{\"root\":%s,\"files\":[", json_quote(root)
    find = "cd " shell_quote(root) " && find . ! -name . -type d " pruned " -o ! " broken " -type f -print 2>/dev/null | sort"
    while ((find | getline name) > 0) {
        name = substr(name, 3)
        if (!json_is_utf8(name)) { skipped++; continue }
        if (count >= max_files || bytes > max_bytes) { omitted++; continue }
        name = json_quote(name)
        bytes += length(name) + 1
        printf "%s%s", (count++ ? "," : ""), name
    }
    close(find)
    skipped += shell_first_line("cd " shell_quote(root) " && find . ! -name . -type d " pruned \
        " -o " broken " -type f -exec printf x \\; 2>/dev/null | wc -c")
    say("],\"skipped\":" skipped + 0 ",\"truncated\":" (omitted ? "true" : "false") \
        ",\"metrics\":{\"files\":" count + 0 "}}}")
    if (omitted) say("{\"type\":\"log\",\"level\":\"warn\",\"message\":\"too many files: " omitted " were left out\"}")
}'
