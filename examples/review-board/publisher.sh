#!/bin/sh
# Publisher: writes the minutes to input.report, or review-board-report.md where the user ran the command.
# Output: {"report", "proposals", "words"}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat ../repo-audit/json.awk ../repo-audit/shell.awk)"'

END {
    json_begin_output()
    minutes = "/upstream/MINUTES/Writer"
    report = json_value["/input/report"] == "" ? "review-board-report.md" : json_value["/input/report"]
    report = shell_from_caller(report)
    # Written beside its place and then renamed: a reader never sees half a report.
    draft = report ".part"
    print "# Review board\n" > draft
    print json_value["/upstream/OPINIONS/Foreword/text"] "\n" > draft
    for (i = 0; i < json_size[minutes "/lines"]; i++) print "- " json_value[minutes "/lines/" i] > draft
    print "\nAccepted: " json_value["/upstream/SIGN_OFF/Teller/accepted"] " of " json_size[minutes "/lines"] "." > draft
    if (close(draft) != 0 || system("mv -f -- " shell_quote(draft) " " shell_quote(report)) != 0)
        give_up("cannot write the report to " report)
    say("{\"type\":\"result\",\"output\":{\"report\":" json_quote(report) ",\"proposals\":" json_size[minutes "/lines"] \
        ",\"words\":" json_value[minutes "/words"] "}}")
}'
