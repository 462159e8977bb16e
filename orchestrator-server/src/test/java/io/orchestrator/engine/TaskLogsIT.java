package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.agent.LogLevel;
import io.orchestrator.agent.Printed;
import io.orchestrator.json.Json;
import io.orchestrator.store.LogLine;
import io.orchestrator.store.LogLine.Source;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TaskLogs.Chunk;
import io.orchestrator.store.TaskLogs.Place;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Java agents say is kept by task and attempt. */
class TaskLogsIT {
    private static final String PLAN =
            "{'name':'x','retry':{'base':'PT0.01S','maxAttempts':2},'phases':[{'phase':'A','agents':['Agent']}]}";

    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    private List<Chunk> chunks(String taskId) {
        SequencedMap<String, Place> from = new LinkedHashMap<>();
        from.put(taskId, Place.START);
        return engine.store.logs().read(from, 1_000);
    }

    private static String text(List<Chunk> chunks, Source source) {
        return chunks.stream()
                .flatMap(chunk -> chunk.lines().stream())
                .filter(line -> line.source() == source)
                .map(LogLine::text)
                .collect(Collectors.joining("\n"));
    }

    private RunView.Task end() {
        return engine.awaitEnd(engine.submit(PLAN)).phases().getFirst().tasks().getFirst();
    }

    @Test
    void what_an_agent_said_last_is_there_when_its_end_is_known() {
        engine.agent("Agent", c -> {
                    c.log(LogLevel.WARN, "two\nlines");
                    c.printed(Printed.STDERR, "printed");
                    c.log("last words");
                    return Json.NULL;
                })
                .start(1);
        List<Chunk> chunks = chunks(end().id());
        assertThat(text(chunks, Source.LOG)).isEqualTo("two\nlines\nlast words");
        assertThat(text(chunks, Source.STDERR)).isEqualTo("printed");
        assertThat(chunks.getFirst().lines().getFirst().level()).contains(LogLevel.WARN);
    }

    @Test
    void what_is_said_is_kept_while_the_agent_runs() {
        CountDownLatch go = new CountDownLatch(1);
        engine.agent("Agent", c -> {
                    c.log("working on it");
                    go.await();
                    return Json.NULL;
                })
                .start(1);
        String run = engine.submit(PLAN);
        String task = engine.store
                .runs()
                .view(run, true)
                .orElseThrow()
                .phases()
                .getFirst()
                .tasks()
                .getFirst()
                .id();
        await().untilAsserted(() -> assertThat(text(chunks(task), Source.LOG)).isEqualTo("working on it"));
        go.countDown();
        engine.awaitEnd(run);
    }

    @Test
    void an_exception_leaves_its_trace_in_the_log_and_its_class_and_root_cause_in_the_reason() {
        engine.agent("Agent", c -> {
                    throw new IllegalStateException("cannot go on", new IOException("connection reset"));
                })
                .start(1);
        RunView.Task task = end();
        assertThat(task.error())
                .contains("java.lang.IllegalStateException: cannot go on; caused by java.io.IOException:"
                        + " connection reset");
        List<Chunk> chunks = chunks(task.id());
        assertThat(chunks).extracting(Chunk::attempt).containsOnly(1, 2);
        assertThat(text(chunks, Source.ENGINE))
                .contains("java.lang.IllegalStateException: cannot go on", "\tat ", "Caused by: java.io.IOException");
    }

    @Test
    void a_failure_that_was_meant_leaves_the_trace_of_its_cause() {
        engine.agent("Agent", c -> {
                    throw AgentFailure.permanent("the site is gone").causedBy(new IOException("404"));
                })
                .start(1);
        RunView.Task task = end();
        assertThat(task.error()).contains("the site is gone; caused by java.io.IOException: 404");
        assertThat(text(chunks(task.id()), Source.ENGINE)).contains("Caused by: java.io.IOException: 404");
    }
}
