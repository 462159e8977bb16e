package io.orchestrator.lab.chaos;

import io.orchestrator.store.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The engine's tables, read past all proxies on a connection of its own. Thread-safe: one statement at a time.
 *
 * <p>A connection that breaks is opened anew by the next call; the call that found it broken throws.
 */
final class EngineView implements AutoCloseable {
    /** A task under an epoch. */
    record Held(String taskId, long epoch) {}

    /** Reads the columns of one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Of the engine's sessions, not of those that look on. */
    private static final String ENGINE_SESSIONS = "application_name LIKE 'orchestrator%'";

    private final DatabaseUrl url;
    private @Nullable Connection connection;

    EngineView(DatabaseUrl url) {
        this.url = url;
    }

    /** What the workers of a process hold. */
    List<Held> heldBy(long pid) throws SQLException {
        return rows("""
                SELECT l.task_id, l.epoch FROM live_tasks l JOIN workers w ON w.id = l.worker_id
                 WHERE l.state = 'running' AND w.pid = ?
                """, EngineView::held, pid);
    }

    /** What waits to be claimed. */
    List<Held> queued() throws SQLException {
        return rows("SELECT task_id, epoch FROM live_tasks WHERE state = 'queued'", EngineView::held);
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(row.getString(1), row.getLong(2));
    }

    /** When it happened, or empty while it has not. */
    Optional<Instant> happened(Observation observation) throws SQLException {
        return switch (observation) {
            case Observation.TaskGoesOn o -> first("""
                        SELECT coalesce(t.finished_at, l.claimed_at) FROM tasks t LEFT JOIN live_tasks l ON l.task_id = t.id
                         WHERE t.id = ? AND (t.finished_at IS NOT NULL OR l.state = 'running' AND l.epoch > ?)
                        """, o.taskId(), o.epoch());
            case Observation.NextClaim o -> first("""
                        SELECT least((SELECT min(claimed_at) FROM live_tasks WHERE claimed_at > ?),
                                     (SELECT min(started_at) FROM tasks WHERE started_at > ? AND finished_at > ?))
                        """, o.since(), o.since(), o.since());
            case Observation.NextRound o ->
                first("SELECT at FROM rounds WHERE service = 'reaper' AND at > ?", o.since());
            case Observation.NextFiring o ->
                // Moved to the fault's time: what was due later has waited from then on only.
                first("""
                        SELECT fired_at - greatest(fire_at - ?, interval '0') FROM timers
                         WHERE state = 'fired' AND fired_at > ? ORDER BY fired_at LIMIT 1
                        """, o.since(), o.since());
        };
    }

    private Optional<Instant> first(String sql, Object... parameters) throws SQLException {
        return rows(sql, row -> Optional.ofNullable(row.getTimestamp(1)).map(Timestamp::toInstant), parameters).stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Ends one in so many of the engine's sessions; how many those were. */
    int terminateSessions(int oneIn) throws SQLException {
        return rows("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE %s AND random() < 1.0 / ?
                """.formatted(ENGINE_SESSIONS), row -> row.getBoolean(1), oneIn)
                .size();
    }

    long number(String sql) throws SQLException {
        return rows(sql, row -> row.getLong(1)).getFirst();
    }

    /** All rows that a query gives. */
    synchronized <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = open().prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                Object value = parameters[i];
                statement.setObject(i + 1, value instanceof Instant instant ? Timestamp.from(instant) : value);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(row.read(result));
                }
                return rows;
            }
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            Properties properties = new Properties();
            url.user().ifPresent(user -> properties.setProperty("user", user));
            url.password().ifPresent(password -> properties.setProperty("password", password));
            properties.setProperty("ApplicationName", "chaos-view");
            properties.setProperty("loginTimeout", "2");
            properties.setProperty("socketTimeout", "10");
            open = DriverManager.getConnection(url.jdbc(), properties);
            connection = open;
        }
        return open;
    }

    /** Also when Postgres has gone, which closing need not mind. */
    @Override
    public synchronized void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                throw new IllegalStateException("a connection could not be given up", e);
            }
        }
    }
}
