package io.orchestrator.worker;

import io.orchestrator.json.Json;
import io.orchestrator.queue.HeartbeatMirror;
import io.orchestrator.queue.HeartbeatMirror.Beat;
import io.orchestrator.store.TaskStore.Heartbeat;
import java.util.List;
import java.util.function.Consumer;

/** Heartbeats as they are shown outside of the engine. */
public final class HeartbeatCopies {
    private HeartbeatCopies() {}

    /** For {@link WorkerPool#onHeartbeats}. */
    public static Consumer<List<Heartbeat>> to(HeartbeatMirror mirror) {
        return beats -> mirror.send(beats.stream().map(HeartbeatCopies::copy).toList());
    }

    private static Beat copy(Heartbeat beat) {
        Json content = Json.builder()
                .put("taskId", beat.hold().taskId())
                .put("epoch", beat.hold().epoch())
                .put("progress", beat.progress() < 0 ? Json.NULL : Json.of(beat.progress()))
                .put("message", beat.message())
                .put("tokens", beat.used().tokens())
                .put("costUsd", beat.used().costUsd())
                .put("toolMs", beat.used().toolMs())
                .build();
        return new Beat(beat.hold().taskId(), content);
    }
}
