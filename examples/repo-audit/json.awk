# JSON for POSIX awk: flattens the document on standard input, and quotes strings for output.
#
# After the last record, values are found by JSON Pointer (RFC 6901):
#   json_value["/task/id"]    the text of a string, number, true, false or null
#   json_type["/task"]        object, array, string, number, literal; unset when there is no such value
#   json_size["/files"]       the number of members of an object or elements of an array
#   json_key["/files", 1]     the name of an object's first member
#
# The record separator is the quotation mark, so records are alternately structure and string contents. Short records
# keep the cost linear: awk has no cheap way to walk along one line of several megabytes.
# Run with LC_ALL=C: characters are then bytes in every awk, and UTF-8 passes through unchanged.
# A program uses it as: awk "$(cat json.awk)"'END { json_begin_output(); ... }'.

BEGIN {
    RS = "\""
    FS = "\001"
    json_depth = 0
    json_inside = 0
    for (json_i = 0; json_i < 16; json_i++) {
        json_digit[substr("0123456789abcdef", json_i + 1, 1)] = json_i
        json_digit[substr("0123456789ABCDEF", json_i + 1, 1)] = json_i
    }
    json_plain["n"] = "\n"; json_plain["t"] = "\t"; json_plain["r"] = "\r"
    json_plain["b"] = "\b"; json_plain["f"] = "\f"; json_plain["/"] = "/"; json_plain["\""] = "\""
    for (json_i = 1; json_i < 256; json_i++) json_code[sprintf("%c", json_i)] = json_i
}

!json_inside { json_structure($0); json_inside = 1; next }

{
    # A quotation mark after an odd number of backslashes belongs to the string.
    if (substr($0, length($0)) == "\\" && match($0, /\\+$/) && RLENGTH % 2 == 1) {
        json_text = json_text $0 "\""
        next
    }
    json_string(json_unescape(json_text $0))
    json_text = ""
    json_inside = 0
}

END {
    # The last record is always structure, after which a string would have begun.
    if (NR == 0 || json_depth != 0 || !json_inside || json_type[""] != "object") {
        json_fail("standard input must hold one whole JSON document on its first line; it " \
            (NR == 0 ? "was empty" : "ended early or is malformed"))
    }
}

function json_fail(message) {
    print message | "cat 1>&2"
    close("cat 1>&2")
    exit 1
}

function json_structure(chunk,    i, n, c, start) {
    if (chunk == ":") { json_at_key = 0; return }
    if (chunk == ",") { json_at_key = json_kind[json_depth] == "object"; return }
    n = length(chunk)
    for (i = 1; i <= n; i++) {
        c = substr(chunk, i, 1)
        if (c == ",") json_at_key = json_kind[json_depth] == "object"
        else if (c == ":") json_at_key = 0
        else if (c == "{") json_open("object")
        else if (c == "[") json_open("array")
        else if (c == "}" || c == "]") { json_depth--; json_at_key = 0 }
        else if (index(" \t\r\n", c) == 0) {
            start = i
            while (i < n && index(",]} \t\r\n", substr(chunk, i + 1, 1)) == 0) i++
            c = substr(chunk, start, i - start + 1)
            json_store(c, c ~ /^[-0-9]/ ? "number" : "literal")
        }
    }
}

function json_open(kind,    path) {
    path = json_store("", kind)
    json_size[path] = 0
    json_depth++
    json_kind[json_depth] = kind
    json_path[json_depth] = path
    json_at_key = kind == "object"
}

function json_string(text) {
    if (!json_at_key) { json_store(text, "string"); return }
    json_member = text
    json_at_key = 0
}

# Stores a value in the innermost open container and returns its path.
function json_store(value, type,    path, parent, name) {
    path = ""
    if (json_depth > 0) {
        parent = json_path[json_depth]
        if (json_kind[json_depth] == "array") {
            name = json_size[parent]++
        } else {
            name = json_member
            json_key[parent, ++json_size[parent]] = name
            if (name ~ /[~\/]/) { gsub(/~/, "~0", name); gsub(/\//, "~1", name) }
        }
        path = parent "/" name
    }
    json_value[path] = value
    json_type[path] = type
    return path
}

function json_unescape(text,    n, i, part, out, c, code, low) {
    if (index(text, "\\") == 0) return text
    n = split(text, part, "\\")
    out = part[1]
    for (i = 2; i <= n; i++) {
        if (part[i] == "") {
            out = out "\\" part[++i]
            continue
        }
        c = substr(part[i], 1, 1)
        if (c != "u") {
            out = out json_plain[c] substr(part[i], 2)
            continue
        }
        code = json_hex(substr(part[i], 2, 4))
        if (code >= 55296 && code < 56320 && length(part[i]) == 5 && substr(part[i + 1], 1, 1) == "u") {
            low = json_hex(substr(part[i + 1], 2, 4))
            if (low >= 56320 && low < 57344) {
                code = 65536 + (code - 55296) * 1024 + low - 56320
                i++
            }
        }
        out = out json_utf8(code) substr(part[i], 6)
    }
    return out
}

function json_hex(digits,    i, code) {
    code = 0
    for (i = 1; i <= length(digits); i++) code = code * 16 + json_digit[substr(digits, i, 1)]
    return code
}

# NUL and lone surrogates become U+FFFD: awk strings cannot hold the one, UTF-8 not the other.
function json_utf8(code) {
    if (code == 0 || (code >= 55296 && code < 57344)) code = 65533
    if (code < 128) return sprintf("%c", code)
    if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
    if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
    return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}

# To be called before reading the output of other commands: those have lines.
function json_begin_output() { RS = "\n" }

# The text as a JSON string. What is not valid UTF-8 becomes U+FFFD.
function json_quote(text,    out, i, n, c, width) {
    if (text !~ /["\\\001-\037\177-\377]/) return "\"" text "\""
    out = ""
    n = length(text)
    for (i = 1; i <= n; i += width) {
        c = substr(text, i, 1)
        width = 1
        if (c == "\"" || c == "\\") out = out "\\" c
        else if (c ~ /[\001-\037\177]/) out = out sprintf("\\u%04x", json_code[c])
        else if (c ~ /[\200-\377]/) {
            width = json_utf8_width(substr(text, i, 4))
            if (width == 0) { out = out "\357\277\275"; width = 1 }
            else out = out substr(text, i, width)
        }
        else out = out c
    }
    return "\"" out "\""
}

# How many bytes the UTF-8 character at the beginning takes; 0 when there is no valid one.
function json_utf8_width(bytes) {
    if (bytes ~ /^[\302-\337][\200-\277]/) return 2
    if (bytes ~ /^(\340[\240-\277]|[\341-\354\356\357][\200-\277]|\355[\200-\237])[\200-\277]/) return 3
    if (bytes ~ /^(\360[\220-\277]|[\361-\363][\200-\277]|\364[\200-\217])[\200-\277][\200-\277]/) return 4
    return 0
}

function json_is_utf8(text,    i, n, width) {
    if (text !~ /[\200-\377]/) return 1
    n = length(text)
    for (i = 1; i <= n; i += width) {
        width = 1
        if (substr(text, i, 1) ~ /[\200-\377]/ && (width = json_utf8_width(substr(text, i, 4))) == 0) return 0
    }
    return 1
}

# A message of the protocol: one line, sent at once.
function say(message) {
    print message
    fflush()
}

# Ends the attempt with a reason that trying again cannot change.
function give_up(message) {
    say("{\"type\":\"error\",\"message\":" json_quote(message) ",\"retryable\":false}")
    exit 1
}
