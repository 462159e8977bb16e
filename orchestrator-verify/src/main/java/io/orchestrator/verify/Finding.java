package io.orchestrator.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of one invariant.
 *
 * @param rows what breaks it, at most {@value #MOST_ROWS}
 * @param total how many there are
 * @param skipped rules, or parts of the invariant, that were not judged, each with the reason
 */
public record Finding(Invariant invariant, Verdict verdict, List<Row> rows, long total, List<String> skipped) {
    static final int MOST_ROWS = 20;

    public enum Verdict {
        HELD,
        BROKEN,
        /** None of the invariant's rules could be judged. */
        SKIPPED
    }

    /** A row that breaks the rule; columns in the rule's order, as text. */
    public record Row(Rule rule, Map<String, String> columns) {
        public Row {
            columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        }
    }

    public Finding {
        rows = List.copyOf(rows);
        skipped = List.copyOf(skipped);
    }
}
