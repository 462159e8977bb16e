package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.orchestrator.agent.AgentFailure;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What failed is tried again after a growing wait, as often as its policy says, unless there is no use in it. */
class RetriesIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void a_failing_attempt_is_retried_after_one_and_two_seconds() {
        engine.agent("Third", c -> {
                    if (c.task().attempt() < 3) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.of(c.task().attempt());
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Third']}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(end.phases().getFirst().tasks().getFirst().attempts()).isEqualTo(3);
        List<EventView> retries = engine.store.runs().events(end.id(), 0, 100).stream()
                .filter(e -> e.kind().equals("task.retrying"))
                .toList();
        assertThat(retries)
                .extracting(e -> e.data().get("delayMs").orElseThrow().asLong())
                .containsExactly(1_000L, 2_000L);
    }

    @Test
    void a_permanent_failure_ends_the_run_at_once_with_the_reason() {
        engine.agent("Bad", c -> {
                    throw AgentFailure.permanent("the disk is made of cheese");
                })
                .start(4);
        RunView end = engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Bad']}]}"));
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("cheese");
        assertThat(end.phases().getFirst().tasks().getFirst().attempts()).isEqualTo(1);
    }

    @Test
    void the_waits_before_retries_are_kept_by_the_timers() throws Exception {
        engine.agent("Third", c -> {
                    if (c.task().attempt() < 3) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.NULL;
                })
                .start(2);
        engine.awaitEnd(engine.submit("{'name':'x','phases':[{'phase':'A','agents':['Third']}]}"));
        try (Connection connection = TestServers.connect(engine.url);
                Statement statement = connection.createStatement();
                ResultSet waits = statement.executeQuery(
                        "SELECT extract(epoch FROM fire_at - created_at), fired_at >= fire_at FROM timers ORDER BY id")) {
            for (double expected : new double[] {1.0, 2.0}) {
                assertThat(waits.next()).isTrue();
                assertThat(waits.getDouble(1)).isCloseTo(expected, within(0.05));
                assertThat(waits.getBoolean(2)).isTrue();
            }
            assertThat(waits.next()).isFalse();
        }
    }

    @Test
    void each_agent_has_the_policy_of_the_plan_unless_it_has_its_own() {
        AtomicInteger ownTries = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        engine.agent("Own", c -> {
                    ownTries.incrementAndGet();
                    throw AgentFailure.retryable("never");
                })
                .agent("Other", c -> {
                    if (others.incrementAndGet() < 4) {
                        throw AgentFailure.retryable("not yet");
                    }
                    return Json.NULL;
                })
                .start(2);
        RunView end = engine.awaitEnd(engine.submit("{'name':'x','retry':{'base':'PT0.01S','maxAttempts':4},"
                + "'phases':[{'phase':'A','agents':['Other',"
                + "{'agent':'Own','retry':{'base':'PT0.01S','max':'PT0.02S','maxAttempts':2}}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.reason().orElseThrow()).contains("never");
        assertThat(others).hasValue(4);
        assertThat(ownTries).hasValue(2);
    }
}
