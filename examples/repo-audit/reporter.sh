#!/bin/sh
# Reporter: one Markdown report of what the agents before it found.
# Writes input.report, or repo-audit-report.md in the directory where the user ran the command.
# Output: {"report", "files", "lines", "todos", "hashed", "metrics": {"coverage": hashed / files}}
set -eu
export LC_ALL=C
head -n 1 | awk "$(cat json.awk shell.awk)"'

END {
    json_begin_output()
    counter = "/upstream/ANALYSIS/LineCounter"
    finder = "/upstream/ANALYSIS/TodoFinder"
    files = json_value["/upstream/INTAKE/Lister/metrics/files"] + 0
    lines = json_value[counter "/lines"] + 0
    todos = json_value[finder "/total"] + 0
    hashed = hashed_files("/upstream/ANALYSIS/Hasher")
    # Nothing to hash is fully covered.
    coverage = files ? sprintf("%.4f", hashed / files) : "1.0"

    report = json_value["/input/report"] == "" ? "repo-audit-report.md" : json_value["/input/report"]
    report = absolute(shell_from_caller(report))
    # Written beside its place and then renamed: a reader never sees half a report.
    draft = report ".part"
    write_totals()
    write_languages()
    write_marks()
    if (close(draft) != 0 || system("mv -f -- " shell_quote(draft) " " shell_quote(report)) != 0)
        give_up("cannot write the report to " report)
    say("{\"type\":\"result\",\"output\":{\"report\":" json_quote(report) ",\"files\":" files ",\"lines\":" lines \
        ",\"todos\":" todos ",\"hashed\":" hashed ",\"metrics\":{\"coverage\":" coverage "}}}")
}

# A sharded agent hands on the array of its outputs, one that ran once its output.
function hashed_files(pointer,    i, sum) {
    if (json_type[pointer] == "object") return json_value[pointer "/count"] + 0
    sum = 0
    for (i = 0; i < json_size[pointer]; i++) sum += json_value[pointer "/" i "/count"]
    return sum
}

function absolute(path,    folder, name) {
    folder = path
    sub(/\/[^\/]*$/, "", folder)
    name = substr(path, length(folder) + 2)
    folder = shell_first_line("cd " shell_quote(folder "/") " 2>/dev/null && [ -w . ] && pwd -P")
    if (folder == "" || name == "") give_up("cannot write the report to " path "; expected a file in a writable folder")
    return (folder == "/" ? "" : folder) "/" name
}

function write_totals() {
    print "# Repository audit" > draft
    print "" > draft
    print "Of `" json_value["/upstream/INTAKE/Lister/root"] "`, run " json_value["/task/runId"] "." > draft
    print "" > draft
    print "| what | total |" > draft
    print "|---|---:|" > draft
    print "| files | " files " |" > draft
    print "| lines | " lines " |" > draft
    print "| TODO, FIXME, XXX, HACK | " todos " |" > draft
    print "| files hashed | " hashed " |" > draft
    print "| coverage | " coverage " |" > draft
    print "| binary files | " json_value[counter "/binary"] + 0 " |" > draft
    print "| unreadable files | " json_value[counter "/unreadable"] + 0 " |" > draft
    print "| skipped names | " json_value["/upstream/INTAKE/Lister/skipped"] + 0 " |" > draft
}

function write_languages(    kinds, i, language) {
    kinds = "/upstream/INTAKE/Classifier/languages"
    print "\n## Languages\n" > draft
    print "| language | files | lines |" > draft
    print "|---|---:|---:|" > draft
    for (i = 1; i <= json_size[kinds]; i++) {
        language = json_key[kinds, i]
        print "| " language " | " json_value[kinds "/" language] " | " json_value[counter "/languages/" language] + 0 " |" > draft
    }
}

function write_marks(    marks, i) {
    marks = finder "/marks"
    print "\n## Marks\n" > draft
    if (json_size[marks] == 0) print "None." > draft
    for (i = 0; i < json_size[marks]; i++)
        print "- `" json_value[marks "/" i "/file"] ":" json_value[marks "/" i "/line"] "` " \
            as_code(json_value[marks "/" i "/text"]) > draft
    if (todos > json_size[marks]) print "- and " todos - json_size[marks] " more" > draft
}

# Text of a file as literal text of Markdown.
function as_code(text) {
    gsub(/`/, "\047", text)
    return "`` " text " ``"
}'
