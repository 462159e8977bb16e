package io.orchestrator.store;

import java.util.Set;

/**
 * What became of a batch of reports.
 *
 * @param accepted those that counted; the others came from attempts that are no longer trusted, and changed nothing
 */
public record ReportResult(Set<Hold> accepted, Ready ready) {
    public ReportResult {
        accepted = Set.copyOf(accepted);
    }
}
