package io.orchestrator.server;

import static io.orchestrator.server.HttpCaller.code;
import static io.orchestrator.server.HttpCaller.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.run.Ids;
import io.orchestrator.store.Hold;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.TaskLogs.Addition;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.memory.Faults;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents' logs over HTTP. */
class LogApiIT {
    private final SystemClock clock = new SystemClock();
    private final InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SecureRandom()), Faults.NONE);
    private final OpsServer server = new OpsServer(
            ServerSettings.onLoopback(0),
            new Readiness(List.of(), new SystemTicks()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Status.of("server", "test", new SystemTicks(), () -> Json.EMPTY_OBJECT),
            List.of(new LogApi(store.runs(), store.logs())));
    private HttpCaller http = new HttpCaller("");

    @BeforeEach
    void start() {
        server.start();
        http = new HttpCaller(server.url());
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    private String task() {
        Json plan = Json.parse("{\"name\":\"x\",\"phases\":[{\"phase\":\"P\",\"agents\":[\"A\"]}]}");
        return store.runs()
                .submit(new RunRequest(
                        PlanReader.read(plan), plan, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()))
                .ready()
                .tickets()
                .getFirst()
                .taskId();
    }

    private void append(String task, long epoch, long first) {
        List<LogLine> lines = IntStream.range(0, 10)
                .mapToObj(i -> LogLine.printed(Instant.EPOCH, LogLine.Source.STDERR, epoch + "/" + (first + i)))
                .toList();
        store.logs().append(List.of(new Addition(new Chunk(new Hold(task, epoch), 1, first, lines), 0, 0)));
    }

    @Test
    void a_log_is_read_page_by_page_without_a_gap_and_goes_on_when_more_is_said() {
        String task = task();
        for (int i = 0; i < 40; i++) {
            append(task, 1 + i / 20, 10L * (i % 20));
        }
        List<String> read = new ArrayList<>();
        String where = "";
        Json page;
        do {
            page = json(http.get("/tasks/" + task + "/logs" + where));
            page.get("lines")
                    .orElseThrow()
                    .elements()
                    .forEach(line -> read.add(line.text("text").orElseThrow()));
            Json next = page.get("next").orElseThrow();
            where = "?epoch=" + next.get("epoch").orElseThrow() + "&line="
                    + next.get("line").orElseThrow();
        } while (!page.get("lines").orElseThrow().elements().isEmpty());
        assertThat(read)
                .hasSize(400)
                .doesNotHaveDuplicates()
                .startsWith("1/0", "1/1")
                .endsWith("2/198", "2/199");
        append(task, 2, 200);
        Json line = json(http.get("/tasks/" + task + "/logs" + where))
                .get("lines")
                .orElseThrow()
                .elements()
                .getFirst();
        assertThat(line.fields().keySet()).containsExactly("at", "attempt", "epoch", "line", "stream", "level", "text");
        assertThat(line.text("stream")).contains("stderr");
        assertThat(line.get("line").orElseThrow().asLong()).isEqualTo(200);
    }

    @Test
    void a_place_within_a_chunk_is_where_the_page_begins() {
        String task = task();
        append(task, 1, 0);
        Json page = json(http.get("/tasks/" + task + "/logs?epoch=1&line=7"));
        assertThat(page.get("lines").orElseThrow().elements())
                .extracting(line -> line.text("text").orElse(""))
                .containsExactly("1/7", "1/8", "1/9");
    }

    @Test
    void a_task_that_is_not_there_is_not_found() {
        var response = http.get("/tasks/task-none/logs");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("no_such_task");
        assertThat(http.get("/tasks/" + task() + "/logs?line=x").statusCode()).isEqualTo(400);
    }
}
