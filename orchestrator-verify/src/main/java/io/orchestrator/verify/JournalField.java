package io.orchestrator.verify;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The fields of a journal's line that rules look at, with their columns in {@code journal}. */
enum JournalField {
    KIND("kind", "text"),
    RUN("run", "text"),
    TASK("task", "text"),
    WORKER("worker", "text"),
    KEY("key", "text"),
    EFFECT("effect", "text"),
    STEP("step", "text"),
    EPOCH("epoch", "bigint"),
    ATTEMPT("attempt", "bigint"),
    OF("of", "bigint"),
    SEQ("seq", "bigint"),
    RESUME_SEQ("resumeSeq", "bigint"),
    TOKENS("tokens", "bigint"),
    KEYED("keyed", "boolean");

    private final String wire;
    private final String sqlType;

    JournalField(String wire, String sqlType) {
        this.wire = wire;
        this.sqlType = sqlType;
    }

    static Optional<JournalField> of(String wire) {
        return Arrays.stream(values()).filter(f -> f.wire.equals(wire)).findFirst();
    }

    String wire() {
        return wire;
    }

    String sqlType() {
        return sqlType;
    }

    /** Also the name of the parameter that carries all its values. */
    String column() {
        return "j_" + name().toLowerCase(Locale.ROOT);
    }
}
