#!/bin/sh
# Writer: the minutes, one line for each proposal.
# Output: {"words", "lines": [text, ...], "metrics": {"covered": share of proposals with a line}}
#
# In the first round it has lines for accepted proposals only, which misses the plan's rubric. Input rubricMiss tells the
# second round what was missed, and it adds the rejected ones.
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk)"'

END {
    count_words("/upstream/FACTS/Counter")
    chair = "/upstream/OPINIONS/Chair"
    for (i = 0; i < json_size[chair "/accepted"]; i++) add(json_value[chair "/accepted/" i], "accepted")
    if (was_missed("covered_min"))
        for (i = 0; i < json_size[chair "/rejected"]; i++)
            add(json_value[chair "/rejected/" i "/document"], "rejected, " json_value[chair "/rejected/" i "/why"])
    say("{\"type\":\"result\",\"output\":{\"words\":" all_words + 0 ",\"lines\":[" lines "],\"metrics\":{\"covered\":" \
        sprintf("%.4f", written / json_size["/upstream/INTAKE/Collector/documents"]) "}}}")
}

# The outputs of the shards come as one array in the order of the pieces.
function count_words(shards,    i, k, count) {
    for (i = 0; i < json_size[shards]; i++)
        for (k = 0; k < json_size[shards "/" i "/counts"]; k++) {
            count = shards "/" i "/counts/" k
            words[json_value[count "/document"]] = json_value[count "/words"]
            all_words += json_value[count "/words"]
        }
}

function was_missed(rubric,    i) {
    for (i = 0; i < json_size["/input/rubricMiss/misses"]; i++)
        if (json_value["/input/rubricMiss/misses/" i "/rubric"] == rubric) return 1
    return 0
}

function add(document, verdict) {
    lines = lines (written++ ? "," : "") json_quote(document " (" words[document] " words): " verdict)
}'
