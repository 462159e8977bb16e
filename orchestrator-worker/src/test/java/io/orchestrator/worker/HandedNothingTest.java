package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.agent.AgentRegistry;
import io.orchestrator.json.Json;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.memory.InMemoryTaskQueue;
import io.orchestrator.run.Ids;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunView;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a Java agent hands to its context is looked at before anything is stored, and what is wrong is said in one sentence. */
final class HandedNothingTest {
    private static final String NOTHING = " is null; expected a JSON value, Json.NULL for nothing";

    private final SystemClock clock = new SystemClock();
    private final RandomGenerator random = new SecureRandom();
    private final Ids ids = new Ids(clock, random);
    private final InMemoryStore store = new InMemoryStore(clock, ids);
    private final InMemoryTaskQueue queue = new InMemoryTaskQueue(clock);
    private final AtomicReference<Slip> slip = new AtomicReference<>(context -> Json.NULL);
    private final WorkerPool pool = WorkerPool.of(
            PortsInMemory.of(store, queue, ids, random),
            WorkerSettings.DEFAULT.withConcurrency(1),
            AgentRegistry.empty().with("A", context -> slip.get().of(context)));

    /** What the agent does. */
    @FunctionalInterface
    private interface Slip {
        Json of(AgentContext context) throws Exception;
    }

    @BeforeEach
    void start() {
        pool.start();
    }

    @AfterEach
    void stop() throws Exception {
        pool.stop(Duration.ofSeconds(5));
    }

    @Test
    void null_is_told_in_a_sentence_and_tried_again_like_any_failure() {
        assertThat(errorsOf(context -> nothing()))
                .containsExactly("the result of agent 'A'" + NOTHING, "the result of agent 'A'" + NOTHING);
        assertThat(errorsOf(context -> context.step("fetch", () -> nothing())))
                .containsOnly("the result of step 'fetch'" + NOTHING)
                .hasSize(2);
        assertThat(errorsOf(context -> {
                    context.checkpoint("here", nothing());
                    return Json.NULL;
                }))
                .containsOnly("the data of checkpoint 'here'" + NOTHING)
                .hasSize(2);
        assertThat(errorsOf(context -> {
                    context.heartbeat(0.5, noText());
                    return Json.NULL;
                }))
                .containsOnly("the message of a heartbeat is null; expected text")
                .hasSize(2);
    }

    @Test
    void a_report_of_usage_beyond_the_limit_fails_the_attempt_and_strands_nothing() {
        assertThat(errorsOf(context -> {
                    context.usage(9_223_372_036_854_775_807L, BigDecimal.ZERO, 0);
                    return Json.NULL;
                }))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).contains("a usage report is at most"));
        assertThat(errorsOf(context -> {
                    context.usage(1, new BigDecimal("1e-400"), 0);
                    return Json.NULL;
                }))
                .isEmpty();
    }

    @Test
    void what_cannot_be_stored_fails_the_task_at_once_with_the_place() {
        assertThat(errorsOf(context -> Json.parse("{\"a\":{\"b\":1e2000}}")))
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .startsWith("the result of agent 'A' cannot be stored: a number")
                        .endsWith("at /a/b"));
        assertThat(errorsOf(context -> context.step("s", () -> Json.parse("[1e-2000]"))))
                .singleElement()
                .satisfies(error -> assertThat(error).startsWith("the result of step 's' cannot be stored"));
        assertThat(errorsOf(context -> {
                    context.children().submit("k".repeat(501), "A", Json.EMPTY_OBJECT);
                    return Json.NULL;
                }))
                .singleElement()
                .satisfies(error -> assertThat(error).startsWith("the key of the child has 501 characters"));
        assertThat(errorsOf(context -> Json.parse("{\"perplexity\":1e120,\"p\":1e-150}")))
                .isEmpty();
    }

    /** Of all attempts of a task whose agent does this, two at most. */
    private List<String> errorsOf(Slip agent) {
        slip.set(agent);
        Json source = Json.parse("""
                {"name": "n", "retry": {"base": "PT0.001S", "maxAttempts": 2}, "phases": [{"phase": "P", "agents": ["A"]}]}
                """);
        var submission = store.runs()
                .submit(new RunRequest(
                        PlanReader.read(source), source, Json.EMPTY_OBJECT, Json.EMPTY_OBJECT, Optional.empty()));
        queue.send(submission.ready().tickets());
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            queue.send(store.timers().fireDue(10).ready().tickets());
            return run(submission.runId()).state().isFinal();
        });
        RunView.Task task = run(submission.runId()).phases().getFirst().tasks().getFirst();
        List<String> errors = store.runs().events(submission.runId(), 0, 100).stream()
                .filter(event -> event.kind().startsWith("task."))
                .map(EventView::data)
                .flatMap(data -> data.text("error").stream())
                .toList();
        assertThat(task.state()).isEqualTo(errors.isEmpty() ? TaskState.COMPLETED : TaskState.FAILED);
        return errors;
    }

    private RunView run(String id) {
        return store.runs().view(id, true).orElseThrow();
    }

    @SuppressWarnings("NullAway") // As an agent that was compiled without these checks does it.
    private static Json nothing() {
        return null;
    }

    @SuppressWarnings("NullAway") // The same.
    private static String noText() {
        return null;
    }
}
