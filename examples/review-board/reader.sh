#!/bin/sh
# Reader: judges the one document that the Chair gave it: it must name its risks and have input.least_words words.
# Output: {"verdict": "accept" or "reject", "why"}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk ../repo-audit/shell.awk)"'

END {
    json_begin_output()
    file = json_value["/input/root"] "/" json_value["/input/document"]
    while ((getline line < file) > 0) {
        words += split(line, parts, " ")
        if (line ~ /^#+ *Risks/) names_risks = 1
    }
    # A model would be paid for; this reader tells of a price all the same.
    say("{\"type\":\"usage\",\"tokens\":" words + 0 ",\"costUsd\":0.0001}")
    why = ""
    if (!names_risks) why = "it names no risks"
    else if (words < json_value["/input/least_words"] + 0) why = "it is too short to judge"
    say("{\"type\":\"result\",\"output\":{\"verdict\":\"" (why == "" ? "accept" : "reject") "\",\"why\":\"" why "\"}}")
}'
