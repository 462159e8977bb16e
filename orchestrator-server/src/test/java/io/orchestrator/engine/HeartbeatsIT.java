package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.scheduler.SchedulerSettings;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.worker.Scaling;
import io.orchestrator.worker.WorkerSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signs of life of a task: with what its agent says, and once in a while without. */
class HeartbeatsIT {
    private static final String ONE = "{'name':'x','phases':[{'phase':'A','agents':['Agent']}]}";

    private final Engine engine = new Engine();
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        mayEnd.countDown();
        engine.close();
    }

    private record Seen(double progress, String message, String heartbeatAt) {}

    private Optional<Seen> seen() throws Exception {
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT coalesce(progress, -1), coalesce(message, ''), last_heartbeat_at FROM active_tasks")) {
            return row.next()
                    ? Optional.of(new Seen(row.getDouble(1), row.getString(2), row.getString(3)))
                    : Optional.empty();
        }
    }

    private void startWorker(Duration heartbeatEvery) {
        engine.scheduler.start();
        engine.newPool(new WorkerSettings(
                        1,
                        engine.lease,
                        engine.lease.dividedBy(3),
                        heartbeatEvery,
                        5,
                        Duration.ZERO,
                        Scaling.Range.OFF))
                .start();
    }

    @Test
    void the_defaults_are_those_of_the_document() {
        assertThat(WorkerSettings.DEFAULT.heartbeatEvery()).isEqualTo(Duration.ofSeconds(60));
        assertThat(WorkerSettings.DEFAULT.lease()).isEqualTo(Duration.ofSeconds(15));
        assertThat(WorkerSettings.DEFAULT.renewEvery()).isEqualTo(Duration.ofSeconds(5));
        assertThat(WorkerSettings.DEFAULT.keepCheckpoints()).isEqualTo(5);
        assertThat(SchedulerSettings.DEFAULT.lease()).isEqualTo(WorkerSettings.DEFAULT.lease());
    }

    @Test
    void what_an_agent_says_is_seen_long_before_the_next_regular_heartbeat() throws Exception {
        CountDownLatch maySpeak = new CountDownLatch(1);
        engine.agent("Agent", c -> {
            maySpeak.await();
            c.heartbeat(0.4, "reading");
            mayEnd.await();
            return Json.NULL;
        });
        startWorker(Duration.ofMinutes(1));
        engine.submit(ONE);
        await().until(() -> seen().isPresent());
        maySpeak.countDown();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> seen().map(Seen::message).equals(Optional.of("reading")));
        assertThat(seen().map(Seen::progress)).contains(0.4);
    }

    @Test
    void a_silent_agent_is_known_to_live_by_its_workers_regular_heartbeat() throws Exception {
        engine.agent("Agent", c -> {
            mayEnd.await();
            return Json.NULL;
        });
        startWorker(Duration.ofSeconds(1));
        engine.submit(ONE);
        await().until(() -> seen().isPresent());
        String first = seen().orElseThrow().heartbeatAt();
        await().until(() -> !seen().map(Seen::heartbeatAt).equals(Optional.of(first)));
        String second = seen().orElseThrow().heartbeatAt();
        await().until(() -> !seen().map(Seen::heartbeatAt).equals(Optional.of(second)));
    }
}
