# The files that Lister found, for the agents after it.

# Fills names[0..count-1] from the array at this pointer and returns the count.
function files_from(pointer, names,    i, count) {
    if (json_type[pointer] != "array") give_up("expected the list of files at " pointer " of the task document, found none")
    count = json_size[pointer]
    for (i = 0; i < count; i++) names[i] = json_value[pointer "/" i]
    return count
}

function files_root() { return json_value["/upstream/INTAKE/Lister/root"] }
