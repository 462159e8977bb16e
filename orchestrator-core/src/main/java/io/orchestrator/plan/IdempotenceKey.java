package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The name of a piece of work: the same phase, input and version always give the same key. */
public final class IdempotenceKey {
    private IdempotenceKey() {}

    /** SHA-256, in hex, over the canonical JSON of the three; key order and white space of the input do not matter. */
    public static String generate(String phase, Json input, String version) {
        String canonical = Json.array(List.of(phase, input, version)).canonical();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
