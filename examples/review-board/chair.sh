#!/bin/sh
# Chair: has each document read by a child of its own, and holds no slot while they read.
# Output: {"accepted": [names], "rejected": [{"document", "why"}, ...]}
#
# Submitting a child again changes nothing, so an attempt after a crash need not know how far the one before it came.
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk)"'

END {
    root = json_value["/upstream/INTAKE/Collector/root"]
    documents = json_size["/upstream/INTAKE/Collector/documents"]
    if (ended_children() == documents) report()
    else submit_all()
}

function ended_children(    i, ended) {
    for (i = 0; i < json_size["/children"]; i++)
        if (json_value["/children/" i "/state"] ~ /^(completed|failed|dead|timed_out|cancelled)$/) ended++
    return ended + 0
}

function submit_all(    i, name) {
    for (i = 0; i < documents; i++) {
        name = json_quote(json_value["/upstream/INTAKE/Collector/documents/" i])
        say("{\"type\":\"child\",\"key\":" name ",\"agent\":\"Reader\",\"input\":{\"root\":" json_quote(root) \
            ",\"document\":" name "}}")
    }
    say("{\"type\":\"await_children\"}")
}

# A child that ended badly has no verdict; its document is rejected for that reason.
function report(    i, child, name, accepted, rejected, why) {
    for (i = 0; i < documents; i++) {
        child = "/children/" i
        name = json_quote(json_value[child "/key"])
        if (json_value[child "/output/verdict"] == "accept") { accepted = accepted (accepted == "" ? "" : ",") name; continue }
        why = json_value[child "/output/why"]
        if (why == "") why = "it was not read: " json_value[child "/error"]
        rejected = rejected (rejected == "" ? "" : ",") "{\"document\":" name ",\"why\":" json_quote(why) "}"
    }
    say("{\"type\":\"result\",\"output\":{\"accepted\":[" accepted "],\"rejected\":[" rejected "]}}")
}'
