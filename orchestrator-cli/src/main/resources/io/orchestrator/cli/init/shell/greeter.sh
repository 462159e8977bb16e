#!/bin/sh
# Greets three times, and goes on where it was when it is killed on the way. The task comes in as one line of JSON, messages
# go out as lines of JSON; any other line is log output.
set -eu
task=$(head -n 1)
# A real agent takes jq for this.
name=$(printf '%s' "$task" | sed -n 's/.*"input":{"name":"\([^"\\]*\)".*/\1/p')
next=$(printf '%s' "$task" | sed -n 's/.*"checkpoint":{.*"next":\([0-9]*\).*/\1/p')
: "${next:=1}"

while [ "$next" -le 3 ]; do
    echo "greeting number $next"
    next=$((next + 1))
    printf '{"type":"checkpoint","token":"greeted","data":{"next":%d}}\n' "$next"
done
printf '{"type":"result","output":{"greeting":"Hello, %s"}}\n' "${name:-world}"
