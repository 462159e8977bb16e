package io.orchestrator.plan;

import io.orchestrator.json.Json;
import org.jspecify.annotations.Nullable;

/** Keys for work that must not be accepted twice. */
public final class IdempotenceKey {
    private IdempotenceKey() {}

    /**
     * The key, where it can be one. An empty key would be shared by all who had none to give, and swallow their work as
     * repetitions.
     *
     * @param what what the key is, for the sentence
     */
    public static String required(String what, @Nullable String key) {
        if (key == null || key.isBlank()) {
            throw new IllegalArgumentException(what + " is " + (key == null ? "null" : "blank")
                    + "; expected some text that stands for this one thing and no other");
        }
        return key;
    }

    /**
     * A key of 64 hex digits for this work: the same whenever phase, version and the meaning of the input are the same,
     * whatever the order of the input's fields, its white space, and {@code 1.0} for {@code 1}.
     */
    public static String generate(String phase, Json input, String version) {
        return Json.object("phase", phase, "input", input, "version", version).sha256();
    }
}
