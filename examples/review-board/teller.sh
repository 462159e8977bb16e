#!/bin/sh
# Teller: the share of proposals that the board accepts. Below the plan's rubric a person decides.
# Output: {"accepted", "rejected", "metrics": {"consensus"}}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk)"'

END {
    accepted = json_size["/upstream/OPINIONS/Chair/accepted"]
    rejected = json_size["/upstream/OPINIONS/Chair/rejected"]
    say("{\"type\":\"result\",\"output\":{\"accepted\":" accepted ",\"rejected\":" rejected \
        ",\"metrics\":{\"consensus\":" sprintf("%.4f", accepted / (accepted + rejected)) "}}}")
}'
