#!/bin/sh
# Checks the agents by hand-made task documents on a directory of awkward files, with each awk found on this machine.
set -eu
export LC_ALL=C
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
scratch=$(cd "$scratch" && pwd -P)
tree=$scratch/tree
failures=0

same() {
    [ "$2" = "$3" ] && return 0
    printf 'FAILED (%s) %s\n  expected: %s\n  found: %s\n' "$implementation" "$1" "$3" "$2"
    failures=$((failures + 1))
}

make_tree() {
    mkdir -p "$tree/sub dir/target" "$tree/.git" "$tree/node_modules"
    for ignored in "sub dir/target/A.java" .git/config node_modules/a.js; do printf 'TODO\n' >"$tree/$ignored"; done
    printf '// TODO one\nint XXXX;\n /* FIXME: caf\303\251 */\n' >"$tree/Plain.java"
    printf '# HACK\nno end of line' >"$tree/sp ace.py"
    printf 'x\n' >"$tree/quo\"te'\$(x)*.sh"
    printf 'x\n// XXX\n' >"$tree/back\\slash\\n.c"
    printf 'x\nTODO\n' >"$tree/a:1:b.txt"
    printf 'TODO 5\n' >"$tree/a"
    printf 'TODO latin \351\n' >"$tree/sub dir/latin.txt"
    printf 'x\n' >"$tree/$(printf '\303\251\360\237\230\200').md"
    printf '\000\001TODO\n\n' >"$tree/binary.dat"
    : >"$tree/-empty.txt"
    ln -s Plain.java "$tree/Link.java"
    # Names that a document cannot carry, as far as the file system lets them be.
    skipped=0
    if (printf 'x\n' >"$tree/line
break.txt") 2>/dev/null; then skipped=$((skipped + 1)); fi
    if (printf 'x\n' >"$tree/$(printf 'bad\377').md") 2>/dev/null; then skipped=$((skipped + 1)); fi
}

# run AGENT INPUT UPSTREAM CHECKPOINT: fills $scratch/messages. Standard input stays open, as the engine may keep it.
run() {
    rm -f "$scratch/open"
    mkfifo "$scratch/open"
    sh "$1.sh" <"$scratch/open" >"$scratch/messages" 2>"$scratch/complaints" &
    agent=$!
    exec 3>"$scratch/open"
    printf '{"task":{"id":"t","runId":"r"},"input":%s,"upstream":%s,"checkpoint":%s}\n' "$2" "$3" "$4" >&3
    code=0
    wait "$agent" || code=$?
    exec 3>&-
}

# What the agent sent as its result.
output() { sed -n 's/^{"type":"result","output":\(.*\)}$/\1/p' "$scratch/messages"; }

# value DOCUMENT POINTER, by the awk of the machine.
value() {
    printf '%s\n' "$1" | pointer=$2 awk "$(cat json.awk)"'
        END { p = ENVIRON["pointer"]; print (json_type[p] == "array" ? json_size[p] : json_value[p]) }'
}

check_agents() {
    run lister "{\"path\":\"tree\"}" '{}' null
    lister=$(output)
    same "Lister ends while standard input is open" "$code" 0
    same "Lister resolves against the caller's directory" "$(value "$lister" /root)" "$tree"
    same "Lister finds all files" "$(value "$lister" /files)" 10
    same "Lister counts what no document can carry" "$(value "$lister" /skipped)" "$skipped"

    run classifier '{}' "{\"INTAKE\":{\"Lister\":$lister}}" null
    classifier=$(output)
    same "Classifier tells languages" "$(value "$classifier" /languages/Text)" 3

    upstream="{\"INTAKE\":{\"Lister\":$lister,\"Classifier\":$classifier}}"
    run line-counter '{}' "$upstream" null
    counter=$(output)
    same "LineCounter counts line ends" "$(value "$counter" /languages/Java)" 3
    same "LineCounter adds up" "$(value "$counter" /lines)" "$expected_lines"
    same "LineCounter checkpoints" "$(grep -c '"token":"file-10"' "$scratch/messages")" 1
    run line-counter '{}' "$upstream" '{"token":"x","data":{"next":9,"totals":{"Java":1000},"binary":4,"unreadable":2}}'
    same "LineCounter goes on from its checkpoint" "$(value "$(output)" /lines)" 1001

    run todo-finder '{}' "$upstream" null
    finder=$(output)
    same "TodoFinder counts marks" "$(value "$finder" /total)" "$expected_marks"
    same "TodoFinder tells names with colons apart" "$(value "$finder" /marks/3/file)" a:1:b.txt

    run hasher "{\"files\":$(sed -n 's/.*"files":\(\[.*\]\),"skipped".*/\1/p' "$scratch/lister.json")}" "$upstream" null
    hasher=$(output)
    same "Hasher hashes all" "$(value "$hasher" /count)" 10
    same "Hasher knows the hash of nothing" "$(value "$hasher" /hashes/0/sha256)" \
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

    run reporter '{"report":"report.md"}' "{\"INTAKE\":{\"Lister\":$lister,\"Classifier\":$classifier},
\"ANALYSIS\":{\"LineCounter\":$counter,\"TodoFinder\":$finder,\"Hasher\":[$hasher]}}" null
    same "Reporter refuses a document on two lines" "$code" 1
    run reporter '{"report":"report.md"}' "{\"INTAKE\":{\"Lister\":$lister,\"Classifier\":$classifier},\"ANALYSIS\":{\"LineCounter\":$counter,\"TodoFinder\":$finder,\"Hasher\":[$hasher]}}" null
    same "Reporter names its file" "$(value "$(output)" /report)" "$scratch/report.md"
    same "Reporter judges the coverage" "$(value "$(output)" /metrics/coverage)" 1.0000
    same "Reporter writes the totals" "$(grep -c "^| lines | $expected_lines |" "$scratch/report.md")" 1
}

check_edges() {
    mkdir -p "$scratch/empty"
    run lister '{"path":"empty"}' '{}' null
    same "Lister lists nothing of nothing" "$(value "$(output)" /files)" 0
    run reporter '{"report":"report.md"}' "{\"INTAKE\":{\"Lister\":$(output)},\"ANALYSIS\":{\"Hasher\":[]}}" null
    same "Nothing is covered fully" "$(value "$(output)" /metrics/coverage)" 1.0
    run lister '{"path":"missing"}' '{}' null
    same "Lister refuses a path that is no directory" "$code" 1
    same "and says that retrying is useless" "$(grep -c '"type":"error".*"retryable":false' "$scratch/messages")" 1
}

make_tree
export ORCHESTRATOR_CALLER_DIR="$scratch"
expected_lines=12
expected_marks=7
# A grep that cannot tell binary files lets them count like text.
if [ "$(printf 'a\000b' | grep -I -c a 2>/dev/null)" != 0 ]; then
    expected_lines=14
    expected_marks=8
fi
path=$PATH
mkdir "$scratch/bin"
for implementation in awk mawk gawk original-awk busybox; do
    found=$(PATH=$path command -v "$implementation") || continue
    ln -sf "$found" "$scratch/bin/awk"
    PATH=$scratch/bin:$path
    run lister '{"path":"tree"}' '{}' null
    cp "$scratch/messages" "$scratch/lister.json"
    check_agents
    check_edges
done
[ "$failures" = 0 ] || { echo "repo-audit: $failures checks failed"; exit 1; }
echo "repo-audit: all checks passed"
