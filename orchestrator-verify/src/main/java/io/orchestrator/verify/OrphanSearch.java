package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Row;
import io.orchestrator.verify.ProcessTable.Marked;
import io.orchestrator.verify.Snapshot.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes of attempts that the engine does not run any more. An attempt that ended a moment ago is given time: a
 * process is an orphan only if it is still there when the time is over.
 *
 * <p>The snapshot is older than the list of processes. An attempt that was claimed in between is told by its epoch, which
 * is above the one that the snapshot has.
 */
final class OrphanSearch {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Connection connection;
    private final ProcessTable processes;
    private final Duration patience;

    OrphanSearch(Connection connection, ProcessTable processes, Duration patience) {
        this.connection = connection;
        this.processes = processes;
        this.patience = patience;
    }

    Optional<String> obstacle() {
        return processes.obstacle();
    }

    Found find(Rule rule, Scope scope) throws SQLException {
        List<Marked> orphans = look(scope);
        long looksLeft = patience.dividedBy(BETWEEN_LOOKS);
        while (!orphans.isEmpty() && looksLeft > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            orphans = look(scope);
            looksLeft--;
        }
        List<Row> rows = orphans.stream()
                .limit(Finding.MOST_ROWS)
                .map(orphan -> row(rule, orphan))
                .toList();
        return new Found(orphans.size(), rows);
    }

    private List<Marked> look(Scope scope) throws SQLException {
        List<Marked> marked = processes.marked();
        if (marked.isEmpty()) {
            return List.of();
        }
        String[] attempts = marked.stream().map(Marked::attempt).distinct().toArray(String[]::new);
        List<String> over = attemptsThatAreOver(attempts, scope);
        return marked.stream().filter(m -> over.contains(m.attempt())).toList();
    }

    /** Those of a task of this database (others belong to another engine) that has ended or moved on to another epoch. */
    private List<String> attemptsThatAreOver(String[] attempts, Scope scope) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT a.id FROM unnest(?::text[]) AS a(id)
                  JOIN tasks t ON t.id = split_part(a.id, ':', 1)
                  LEFT JOIN live_tasks l ON l.task_id = t.id
                 WHERE a.id ~ '^[^:]+:[0-9]{1,18}$' AND (?::text IS NULL OR t.run_id = ?::text)
                   AND split_part(a.id, ':', 2)::bigint <= coalesce(l.epoch, t.epoch)
                   AND (l.state = 'running' AND l.epoch = split_part(a.id, ':', 2)::bigint) IS NOT TRUE
                """)) {
            statement.setArray(1, connection.createArrayOf("text", attempts));
            statement.setString(2, scope.runId().orElse(null));
            statement.setString(3, scope.runId().orElse(null));
            try (var result = statement.executeQuery()) {
                List<String> over = new ArrayList<>();
                while (result.next()) {
                    over.add(result.getString(1));
                }
                return over;
            }
        }
    }

    private static Row row(Rule rule, Marked orphan) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("pid", Long.toString(orphan.pid()));
        columns.put("attempt", orphan.attempt());
        columns.put("command", orphan.command());
        return new Row(rule, columns);
    }
}
