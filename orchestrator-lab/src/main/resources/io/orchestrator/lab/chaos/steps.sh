# An agent of so many steps: steps.sh COUNT [flaky|endless]. It writes all that it does to the journal, one write a line.
# Each step has one effect, under a key that is the same in every attempt; the taker, a folder of files that are only ever
# made new, applies a key once, and the tokens of the step are reported before its checkpoint. flaky fails in its first two attempts, endless never comes to its end.
set -eu -C
IFS= read -r document
count=$1
nature=${2:-steady}

finished=0
case $document in
    *'"chaosDone":'*)
        finished=${document##*'"chaosDone":'}
        finished=${finished%%[!0-9]*}
        ;;
esac

who="\"task\":\"$ORCHESTRATOR_TASK_ID\",\"epoch\":$ORCHESTRATOR_EPOCH,\"attempt\":$ORCHESTRATOR_ATTEMPT"
note() { printf '{"kind":"%s",%s%s}\n' "$1" "$who" "$2" >>"$CHAOS_JOURNAL"; }

note start ",\"of\":$count"
while [ "$finished" -lt "$count" ] || [ "$nature" = endless ]; do
    step=$((finished + 1))
    sleep "0.$((1 + (step + ORCHESTRATOR_EPOCH) % 3))"
    if [ "$step" -le "$count" ]; then
        key=$ORCHESTRATOR_TASK_ID.step-$step
        keyed=false
        if true 2>/dev/null >"$CHAOS_EFFECTS/$key"; then keyed=true; fi
        note effect ",\"key\":\"$key\",\"keyed\":$keyed,\"effect\":\"wrote\",\"step\":\"$step\",\"of\":$count"
        finished=$step
        note usage ",\"step\":\"$step\",\"tokens\":7"
        printf '{"type":"usage","tokens":7}\n'
        printf '{"type":"checkpoint","token":"step-%d","data":{"chaosDone":%d}}\n' "$step" "$step"
    fi
    if [ "$nature" = flaky ] && [ "$ORCHESTRATOR_ATTEMPT" -le 2 ]; then
        printf '{"type":"error","message":"attempt %d is meant to fail"}\n' "$ORCHESTRATOR_ATTEMPT"
        exit 0
    fi
done
note finish ""
printf '{"type":"result","output":{"steps":%d}}\n' "$count"
