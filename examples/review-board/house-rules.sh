#!/bin/sh
# HouseRules: the foreword when the Oracle gives none. Input fellBack says who failed and how.
# Output: {"text"}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk)"'

END {
    text = "A proposal names its risks and has at least " json_value["/input/least_words"] " words."
    if (json_type["/input/fellBack"] == "object")
        text = text " (By house rules, for " json_value["/input/fellBack/from"] " failed: " \
            json_value["/input/fellBack/error"] ")"
    say("{\"type\":\"result\",\"output\":{\"text\":" json_quote(text) "}}")
}'
