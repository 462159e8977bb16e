#!/bin/sh
# Counter: the words of each document of its shard (the piece of the documents that the plan cuts for each task).
# Output: {"counts": [{"document", "words"}, ...], "metrics": {"readable": share of documents that could be read}}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk ../repo-audit/shell.awk)"'

END {
    json_begin_output()
    root = json_value["/upstream/INTAKE/Collector/root"]
    total = json_size["/input/documents"]
    for (i = 0; i < total; i++) {
        name = json_value["/input/documents/" i]
        words = shell_first_line("wc -w 2>/dev/null <" shell_quote(root "/" name))
        if (words == "") continue
        counts = counts (counted++ ? "," : "") "{\"document\":" json_quote(name) ",\"words\":" words + 0 "}"
    }
    say("{\"type\":\"result\",\"output\":{\"counts\":[" counts "],\"metrics\":{\"readable\":" \
        sprintf("%.4f", counted / total) "}}}")
}'
