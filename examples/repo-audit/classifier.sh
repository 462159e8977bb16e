#!/bin/sh
# Classifier: how many files there are of each language, told by their names.
# Output: {"languages": {"Java": 12, ...}, "metrics": {"languages"}}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk files.awk languages.awk)"'

END {
    count = files_from("/upstream/INTAKE/Lister/files", names)
    for (i = 0; i < count; i++) totals[language_of(names[i])]++
    kinds = 0
    for (language in totals) kinds++
    say("{\"type\":\"result\",\"output\":{\"languages\":" languages_json(totals) ",\"metrics\":{\"languages\":" kinds "}}}")
}'
