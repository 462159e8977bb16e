package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The database at one instant, as rules ask it. Used by one thread, within the transaction that holds the snapshot. */
final class Snapshot {
    /** What a rule found: how many rows, and the first few. */
    record Found(long total, List<Row> rows) {
        static final Found NOTHING = new Found(0, List.of());
    }

    private final Connection connection;
    private final Parameters parameters;

    Snapshot(Connection connection, Parameters parameters) {
        this.connection = connection;
        this.parameters = parameters;
    }

    Found find(Rule.Query rule) {
        try {
            Savepoint before = connection.setSavepoint();
            try {
                return ask(rule);
            } catch (SQLException e) {
                if (!isOfTheData(e)) {
                    throw e;
                }
                connection.rollback(before);
                return new Found(1, List.of(new Row(rule, Map.of("unreadable", String.valueOf(e.getMessage())))));
            }
        } catch (SQLException e) {
            throw new VerificationException(
                    "the rule " + rule.name() + " could not be checked: " + e.getMessage()
                            + ". Is this a database of Orchestrator, migrated to the version of this checker?",
                    e);
        }
    }

    private Found ask(Rule.Query rule) throws SQLException {
        NamedSql sql = NamedSql.parse(RuleTables.query(rule));
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            parameters.bind(statement, sql.names());
            try (ResultSet result = statement.executeQuery()) {
                return read(rule, result);
            }
        }
    }

    /** A value that cannot be what its place asks for, such as a text where a number belongs: the rule is broken by it. */
    private static boolean isOfTheData(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("22");
    }

    private static Found read(Rule.Query rule, ResultSet result) throws SQLException {
        ResultSetMetaData about = result.getMetaData();
        List<Row> rows = new ArrayList<>();
        long total = 0;
        while (result.next()) {
            total = result.getLong(RuleTables.TOTAL);
            Map<String, String> columns = new LinkedHashMap<>();
            for (int i = 2; i <= about.getColumnCount(); i++) {
                columns.put(about.getColumnLabel(i), Objects.toString(result.getString(i), "none"));
            }
            rows.add(new Row(rule, columns));
        }
        return new Found(total, rows);
    }
}
