# Calls other programs with file names in batches: one process for hundreds of files, and no name is ever read by a shell.

BEGIN { shell_batch_size = 200 }

function shell_quote(text) {
    gsub(/\047/, "\047\\\047\047", text)
    return "\047" text "\047"
}

# "cd ROOT && COMMAND ./name ./name ..." for names[first] to names[last]. Complaints about single files (unreadable,
# gone meanwhile) are dropped: what is missing from the output tells the same.
function shell_batch(root, command, names, first, last,    i, line) {
    line = "cd " shell_quote(root) " && " command
    for (i = first; i <= last; i++) line = line " " shell_quote("./" names[i])
    return line " 2>/dev/null"
}

function shell_first_line(command,    line) {
    line = ""
    command | getline line
    close(command)
    return line
}

# Whether this grep knows -I (leave out binary files). Some accept the option and ignore it.
function shell_grep_tells_binary() {
    return shell_first_line("printf \"a\\000b\" | grep -I -c a 2>/dev/null") == "0"
}

# An absolute path for one that is relative to where the user ran the command.
function shell_from_caller(path,    base) {
    if (substr(path, 1, 1) == "/") return path
    base = ENVIRON["ORCHESTRATOR_CALLER_DIR"]
    return (base == "" ? "." : base) "/" path
}
