package io.orchestrator.verify;

import java.util.List;
import java.util.Set;

/**
 * A damage, and the rules that have to see it.
 *
 * @param sql statements on a {@link History}, with its names for ids
 * @param journal lines added to its journal
 * @param also rules that this damage cannot help breaking as well
 */
record Mutation(String rule, List<String> sql, List<String> journal, Set<String> also) {
    static Mutation of(String rule, String... sql) {
        return new Mutation(rule, List.of(sql), List.of(), Set.of());
    }

    static Mutation ofJournal(String rule, String... lines) {
        return new Mutation(rule, List.of(), List.of(lines), Set.of());
    }

    Mutation alsoBreaks(String... rules) {
        return new Mutation(rule, sql, journal, Set.of(rules));
    }

    @Override
    public String toString() {
        return rule + " by " + (sql.isEmpty() ? journal.getFirst() : sql.getFirst());
    }
}
