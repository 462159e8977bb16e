# The language of a file, told by its name.

BEGIN {
    languages_add("Java", "java")
    languages_add("Kotlin", "kt kts")
    languages_add("Scala", "scala sc")
    languages_add("Groovy", "groovy gradle")
    languages_add("C", "c h")
    languages_add("C++", "cc cpp cxx hh hpp hxx")
    languages_add("C#", "cs")
    languages_add("Go", "go")
    languages_add("Rust", "rs")
    languages_add("Swift", "swift")
    languages_add("Python", "py pyi")
    languages_add("Ruby", "rb")
    languages_add("PHP", "php")
    languages_add("Perl", "pl pm")
    languages_add("Lua", "lua")
    languages_add("JavaScript", "js mjs cjs jsx")
    languages_add("TypeScript", "ts mts cts tsx")
    languages_add("Shell", "sh bash zsh ksh")
    languages_add("Awk", "awk")
    languages_add("SQL", "sql")
    languages_add("HTML", "html htm")
    languages_add("CSS", "css scss sass less")
    languages_add("XML", "xml xsd xsl svg")
    languages_add("JSON", "json")
    languages_add("YAML", "yaml yml")
    languages_add("TOML", "toml")
    languages_add("Properties", "properties ini cfg conf")
    languages_add("Markdown", "md markdown")
    languages_add("Text", "txt rst adoc")
}

function languages_add(language, extensions,    n, i, names) {
    n = split(extensions, names, " ")
    for (i = 1; i <= n; i++) languages_by_extension[names[i]] = language
}

function language_of(path,    extension) {
    sub(/^.*\//, "", path)
    if (path == "Makefile" || path == "Dockerfile") return path
    # A leading dot hides a file and begins no extension.
    if (path !~ /.\./) return "Other"
    extension = tolower(path)
    sub(/^.*\./, "", extension)
    return extension in languages_by_extension ? languages_by_extension[extension] : "Other"
}

# {"Java": 12, ...} in the order of the names.
function languages_json(totals,    names, n, i, j, name, out) {
    n = 0
    for (name in totals) {
        for (i = n++; i > 0 && names[i] > name; i--) names[i + 1] = names[i]
        names[i + 1] = name
    }
    out = ""
    for (i = 1; i <= n; i++) out = out (i > 1 ? "," : "") json_quote(names[i]) ":" totals[names[i]]
    return "{" out "}"
}
