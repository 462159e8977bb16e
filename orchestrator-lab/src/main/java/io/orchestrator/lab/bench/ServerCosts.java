package io.orchestrator.lab.bench;

import com.sun.management.OperatingSystemMXBean;
import io.orchestrator.store.postgres.DatabaseUrl;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What work costs, counted instead of timed: statements, WAL, and this JVM's processor time. */
final class ServerCosts implements AutoCloseable {
    private final Connection connection;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long walBefore;
    private final long cpuBefore;

    private ServerCosts(Connection connection) throws SQLException {
        this.connection = connection;
        execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        execute("SELECT pg_stat_statements_reset()");
        this.walBefore = number("SELECT pg_current_wal_insert_lsn() - '0/0'");
        this.cpuBefore = system.getProcessCpuTime();
    }

    /** Begins to count. */
    static ServerCosts from(DatabaseUrl database) throws SQLException {
        return new ServerCosts(BenchServers.connect(database));
    }

    /** The figures per operation so far. */
    Measurement addTo(Measurement measurement) throws SQLException {
        double n = measurement.n();
        double wal = number("SELECT pg_current_wal_insert_lsn() - '0/0'") - walBefore;
        double cpuMs = (system.getProcessCpuTime() - cpuBefore) / 1e6;
        return measurement
                .with("statementsPerTask", statements() / n)
                .with("walBytesPerTask", wal / n)
                .with("clientCpuMsPerTask", cpuMs / n);
    }

    /** The figures per second so far; a statement may be a BEGIN or a COMMIT. */
    Measurement perSecond(String name, int n, double seconds) throws SQLException {
        double cpuMs = (system.getProcessCpuTime() - cpuBefore) / 1e6;
        return Measurement.figure(name, n, "cpuPercentOfOneCore", cpuMs / seconds / 10)
                .with("statementsPerSecond", statements() / seconds);
    }

    /** So far, in this database, those of the counting and of the driver's own questions aside. */
    long statements() throws SQLException {
        return number("SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s"
                + " JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()"
                + " WHERE query !~* '(pg_|^set |^show )'");
    }

    /** Rows inserted, updated and deleted in a table, or its partitions, since the database was made. */
    long rowsWritten(String table) throws SQLException {
        return number("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables"
                + " WHERE relid = '" + table + "'::regclass OR relid IN"
                + " (SELECT inhrelid FROM pg_inherits WHERE inhparent = '" + table + "'::regclass)");
    }

    /** Updates of a table that no index had to learn of, since the database was made. */
    long hotUpdates(String table) throws SQLException {
        return number("SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = '" + table + "'::regclass");
    }

    /** Written for the statements so far. */
    long walRecords() throws SQLException {
        return walOfStatements("wal_records");
    }

    /** Written for the statements so far, copies of pages that had to be whole included. */
    long walBytes() throws SQLException {
        return walOfStatements("wal_bytes");
    }

    private long walOfStatements(String column) throws SQLException {
        return number("SELECT sum(" + column + ") FROM pg_stat_statements s"
                + " JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()");
    }

    /** The statements that took longest, for people who look for the reason. */
    List<String> longest(int max) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT calls, total_exec_time, rows, regexp_replace(query, '\\s+', ' ', 'g') AS query
                          FROM pg_stat_statements s
                          JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
                         ORDER BY total_exec_time DESC LIMIT\s""" + max)) {
            while (rows.next()) {
                String query = rows.getString("query");
                lines.add(String.format(
                        Locale.ROOT,
                        "%7d calls %9.1f ms %8d rows  %s",
                        rows.getLong("calls"),
                        rows.getDouble("total_exec_time"),
                        rows.getLong("rows"),
                        query.substring(0, Math.min(query.length(), 110))));
            }
        }
        return lines;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
