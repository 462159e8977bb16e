package io.orchestrator.verify;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rules may name: {@code run} (an id or null), the bounds ({@code timer_ms}, {@code lease_ms}, {@code start_ms},
 * {@code max_claims}) and the journal's columns.
 */
final class Parameters {
    private final Map<String, @Nullable Object> values = new HashMap<>();

    private Parameters() {}

    static Parameters of(Scope scope, Bounds bounds, Journal journal, Connection connection) throws SQLException {
        Parameters parameters = new Parameters();
        parameters.values.put("run", scope.runId().orElse(null));
        parameters.values.put("timer_ms", bounds.timer().toMillis());
        parameters.values.put("lease_ms", bounds.lease().toMillis());
        parameters.values.put("start_ms", bounds.start().toMillis());
        parameters.values.put("max_claims", bounds.maxClaims());
        parameters.values.put("j_number", connection.createArrayOf("bigint", journal.numbers()));
        for (JournalField field : JournalField.values()) {
            Array column = connection.createArrayOf("text", journal.column(field));
            parameters.values.put(field.column(), column);
        }
        return parameters;
    }

    void bind(PreparedStatement statement, List<String> names) throws SQLException {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!values.containsKey(name)) {
                throw new IllegalStateException("a rule names the parameter :" + name + ", which is none of "
                        + Arrays.toString(values.keySet().stream().sorted().toArray()));
            }
            statement.setObject(i + 1, values.get(name));
        }
    }
}
