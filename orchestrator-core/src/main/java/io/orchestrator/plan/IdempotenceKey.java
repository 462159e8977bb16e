package io.orchestrator.plan;

import io.orchestrator.json.Json;

/** Keys for work that must not be accepted twice. */
public final class IdempotenceKey {
    private IdempotenceKey() {}

    /**
     * A key of 64 hex digits for this work: the same whenever phase, version and the meaning of the input are the same,
     * whatever the order of the input's fields, its white space, and {@code 1.0} for {@code 1}.
     */
    public static String generate(String phase, Json input, String version) {
        return Json.object("phase", phase, "input", input, "version", version).sha256();
    }
}
