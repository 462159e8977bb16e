package io.orchestrator.store.postgres;

import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at a database as a person with psql does. */
final class Rows {
    private final DatabaseUrl url;

    Rows(DatabaseUrl url) {
        this.url = url;
    }

    List<Map<String, @Nullable Object>> all(String sql) {
        try (Connection connection = TestServers.connect(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, @Nullable Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.put(result.getMetaData().getColumnLabel(i), result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    Map<String, @Nullable Object> one(String sql) {
        List<Map<String, @Nullable Object>> rows = all(sql);
        if (rows.size() != 1) {
            throw new AssertionError("expected one row, found " + rows);
        }
        return rows.getFirst();
    }

    void execute(String sql) {
        TestServers.execute(url, sql);
    }
}
