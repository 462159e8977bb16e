package io.orchestrator.store.postgres;

import java.time.Duration;
import java.time.OffsetDateTime;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * The database's clock in typed statements: it moves within a transaction, as {@code now()} does not. Where rows are looked
 * for by an instant it has to be {@code statement_timestamp()}: no index can be searched by what may change from row to
 * row, so that every row there is would be read to find those that are due.
 */
final class DatabaseClock {
    static final Field<OffsetDateTime> NOW =
            DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE.notNull());

    private DatabaseClock() {}

    /** This long after now. */
    static Field<OffsetDateTime> in(Duration wait) {
        return DSL.field(
                "clock_timestamp() + {0} * interval '1 ms'",
                SQLDataType.TIMESTAMPWITHTIMEZONE.notNull(), DSL.val(wait.toMillis()));
    }

    /** Milliseconds from now to an instant, rounded up; negative when it has passed. */
    static Field<Long> msUntil(Field<OffsetDateTime> instant) {
        return DSL.field(
                "ceil(extract(epoch FROM {0} - clock_timestamp()) * 1000)::bigint", SQLDataType.BIGINT, instant);
    }

    /** An instant as milliseconds since 1970, as Java counts. */
    static Field<Long> epochMs(Field<OffsetDateTime> instant) {
        return DSL.field("(extract(epoch FROM {0}) * 1000)::bigint", SQLDataType.BIGINT, instant);
    }
}
