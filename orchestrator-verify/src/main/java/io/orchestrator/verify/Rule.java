package io.orchestrator.verify;

import java.util.Set;

/** One way in which an invariant can be broken. */
public sealed interface Rule {
    /** Short, unique among all rules, for reports. */
    String name();

    /** What a row that this rule finds means. */
    String brokenMeans();

    Set<Need> needs();

    /**
     * A query that finds what is broken, and nothing else. It may use the tables of {@link RuleTables} and the
     * parameters of {@link Snapshot}; each of its columns is shown.
     */
    record Query(String name, String brokenMeans, Set<Need> needs, String sql) implements Rule {
        Query(String name, String brokenMeans, String sql) {
            this(name, brokenMeans, Set.of(), sql);
        }
    }

    /** Whether processes run for attempts that do not. */
    record NoOrphans(String name, String brokenMeans) implements Rule {
        @Override
        public Set<Need> needs() {
            return Set.of();
        }
    }
}
