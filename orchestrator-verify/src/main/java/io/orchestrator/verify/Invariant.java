package io.orchestrator.verify;

import java.util.List;

/**
 * Something that holds at every instant.
 *
 * @param id I1 to I15
 * @param title the promise, in one sentence
 * @param rules how it can be broken; it holds when none of them finds anything
 * @param notChecked parts of the promise that the engine leaves no evidence of, each with the reason
 */
public record Invariant(String id, String title, List<Rule> rules, List<String> notChecked) {
    public Invariant {
        rules = List.copyOf(rules);
        notChecked = List.copyOf(notChecked);
    }

    Invariant(String id, String title, Rule... rules) {
        this(id, title, List.of(rules), List.of());
    }

    Invariant without(String notCheckedPart) {
        return new Invariant(id, title, rules, List.of(notCheckedPart));
    }
}
