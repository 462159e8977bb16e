#!/bin/sh
# Collector: the proposals (*.md) of the directory input.path, or of the samples beside the plan.
# Output: {"root", "documents": [names]}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk ../repo-audit/shell.awk)"'

END {
    json_begin_output()
    path = json_type["/input/path"] == "string" ? shell_from_caller(json_value["/input/path"]) : "proposals"
    root = shell_first_line("cd " shell_quote(path) " 2>/dev/null && pwd -P")
    if (root == "" || !json_is_utf8(root))
        give_up("input.path: cannot read \"" path "\"; expected a directory with proposals (*.md)")

    broken = "-name \"*\n*\""
    find = "cd " shell_quote(root) " && find . ! -name . -prune -type f -name \"*.md\" ! " broken " -print | sort"
    while ((find | getline name) > 0)
        if (json_is_utf8(name)) documents = documents (count++ ? "," : "") json_quote(substr(name, 3))
    close(find)
    if (!count) give_up("there is no proposal (*.md) in " root)
    say("{\"type\":\"result\",\"output\":{\"root\":" json_quote(root) ",\"documents\":[" documents "]}}")
}'
