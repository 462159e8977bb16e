package io.orchestrator.plan;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonPointer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for {@code needs}: it names phases of the plan, and no phase waits for itself, at whatever distance. */
final class NeedsRules {
    private final List<Json> phases;
    private final JsonPointer at;
    private final Faults faults;
    private final Map<String, Integer> indexes = new LinkedHashMap<>();

    /** What each phase waits for, as far as it exists, without what is known to lead out of every circle. */
    private final Map<String, Set<String>> waiting = new LinkedHashMap<>();

    private NeedsRules(List<Json> phases, JsonPointer at, Faults faults) {
        this.phases = phases;
        this.at = at;
        this.faults = faults;
    }

    static void check(List<Json> phases, JsonPointer at, Faults faults) {
        NeedsRules rules = new NeedsRules(phases, at, faults);
        rules.checkNames();
        rules.checkCycles();
    }

    private void checkNames() {
        for (int i = 0; i < phases.size(); i++) {
            int index = i;
            phases.get(i).text("phase").ifPresent(name -> indexes.putIfAbsent(name, index));
        }
        for (int i = 0; i < phases.size(); i++) {
            List<Json> needs = PlanRules.elements(phases.get(i), "needs");
            Set<String> known = new LinkedHashSet<>();
            for (int j = 0; j < needs.size(); j++) {
                if (needs.get(j).isText()
                        && checkName(needs.get(j), at.child(i).child("needs").child(j))) {
                    known.add(needs.get(j).asText());
                }
            }
            phases.get(i).text("phase").ifPresent(name -> waiting.putIfAbsent(name, known));
        }
    }

    private boolean checkName(Json need, JsonPointer needAt) {
        String name = need.asText();
        if (indexes.containsKey(name)) {
            return true;
        }
        faults.add(
                needAt,
                need.describe(),
                () -> "the name of a phase of this plan" + DidYouMean.hint(name, indexes.keySet()));
        return false;
    }

    private void checkCycles() {
        dropOrdered();
        while (!waiting.isEmpty()) {
            List<String> cycle = findCycle();
            int first = cycle.stream().mapToInt(indexes::get).min().orElseThrow();
            faults.add(
                    at.child(first).child("needs"),
                    "phases that wait for each other: " + String.join(" needs ", rotated(cycle, first)),
                    "phases that can be put into an order");
            cycle.forEach(waiting::remove);
            waiting.values().forEach(needs -> needs.removeAll(Set.copyOf(cycle)));
            dropOrdered();
        }
    }

    /** Drops phases whose needs are all dropped, until every phase that is left waits for another one that is left. */
    private void dropOrdered() {
        Map<String, List<String>> waiters = new HashMap<>();
        waiting.forEach((phase, needs) -> needs.forEach(
                need -> waiters.computeIfAbsent(need, n -> new ArrayList<>()).add(phase)));
        Deque<String> ready = new ArrayDeque<>();
        waiting.forEach((phase, needs) -> {
            if (needs.isEmpty()) {
                ready.add(phase);
            }
        });
        while (!ready.isEmpty()) {
            String phase = ready.remove();
            waiting.remove(phase);
            for (String waiter : waiters.getOrDefault(phase, List.of())) {
                Set<String> needs = waiting.getOrDefault(waiter, Set.of());
                if (needs.remove(phase) && needs.isEmpty()) {
                    ready.add(waiter);
                }
            }
        }
    }

    /** From any phase that is left, needs lead on for ever, and so come back to one that was already passed. */
    private List<String> findCycle() {
        List<String> passed = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        String phase = waiting.keySet().iterator().next();
        while (seen.add(phase)) {
            passed.add(phase);
            phase = waiting.getOrDefault(phase, Set.of()).iterator().next();
        }
        return passed.subList(passed.indexOf(phase), passed.size());
    }

    /** The circle, starting and ending with the phase that comes first in the file. */
    private List<String> rotated(List<String> cycle, int first) {
        List<String> result = new ArrayList<>();
        int start = cycle.stream().mapToInt(indexes::get).boxed().toList().indexOf(first);
        for (int i = 0; i <= cycle.size(); i++) {
            result.add(cycle.get((start + i) % cycle.size()));
        }
        return result;
    }
}
