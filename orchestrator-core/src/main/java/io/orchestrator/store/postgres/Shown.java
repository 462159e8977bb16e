package io.orchestrator.store.postgres;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * Columns as they can be shown whatever stands in them. Postgres has instants and sums that Java has not: an instant outside
 * of the years 1 to 9999, infinity included, is shown as the nearest inside, and a sum that is no number as none.
 */
final class Shown {
    private static final String INSTANT =
            "CASE WHEN {0} IS NOT NULL THEN least(greatest({0}, timestamptz '0001-01-01 00:00:00+00'),"
                    + " timestamptz '9999-12-31 23:59:59+00') END";
    private static final String SUM = "CASE WHEN {0}::text IN ('NaN', 'Infinity', '-Infinity') THEN 0 ELSE {0} END";

    private Shown() {}

    /** These columns, found in the result under the same names. */
    static List<Field<?>> columns(Field<?>... columns) {
        return Stream.of(columns).<Field<?>>map(Shown::column).toList();
    }

    static <T> Field<T> column(Field<T> column) {
        if (column.getType() == OffsetDateTime.class) {
            return DSL.field(INSTANT, column.getDataType(), column).as(column.getName());
        }
        return column.getType() == BigDecimal.class
                ? DSL.field(SUM, column.getDataType(), column).as(column.getName())
                : column;
    }
}
