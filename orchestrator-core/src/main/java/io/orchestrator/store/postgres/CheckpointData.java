package io.orchestrator.store.postgres;

import com.github.luben.zstd.Zstd;
import io.orchestrator.agent.CheckpointTooLarge;
import io.orchestrator.json.Json;
import io.orchestrator.json.UnstorableValue;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.Unreadable;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A checkpoint's data as it is stored: as JSON text, or compressed when it is larger than 10 KB. */
@SuppressWarnings("ArrayRecordComponent") // A value on its way to one statement; nobody compares it.
record CheckpointData(@Nullable String text, byte @Nullable [] compressed, long sizeBytes) {
    private static final int COMPRESS_ABOVE_BYTES = 10 * 1024;

    static CheckpointData of(String taskId, String token, Json data) {
        long size = UnstorableValue.bytesOf(data);
        if (size > CheckpointStore.MAX_BYTES) {
            throw new CheckpointTooLarge(taskId, token, size, CheckpointStore.MAX_BYTES);
        }
        String text = Jsonb.text("the data of checkpoint '" + token + "'", data);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length > COMPRESS_ABOVE_BYTES
                ? new CheckpointData(null, Zstd.compress(bytes), bytes.length)
                : new CheckpointData(text, null, bytes.length);
    }

    /** @param what it is, for people */
    static Json read(String what, @Nullable String text, byte @Nullable [] compressed) {
        return Jsonb.read(what, compressed == null ? text : decompressed(what, compressed));
    }

    private static String decompressed(String what, byte[] compressed) {
        long size = Zstd.getFrameContentSize(compressed);
        if (size < 0 || size > CheckpointStore.MAX_BYTES) {
            throw new Unreadable(
                    what, "it is not what was compressed by zstd from at most " + CheckpointStore.MAX_BYTES + " bytes");
        }
        try {
            return new String(Zstd.decompress(compressed, (int) size), StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            throw new Unreadable(what, e);
        }
    }
}
