package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.embedded.StopMode;
import io.orchestrator.embedded.TemporaryStack;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Postgres is away for a minute while two hundred tasks run. */
@Tag("slow")
class LongOutageIT {
    private static final int TASKS = 200;
    private static final Duration AWAY = Duration.ofSeconds(60);

    private static String plan() {
        String items = IntStream.range(0, TASKS).mapToObj(String::valueOf).collect(Collectors.joining(","));
        return "{'name':'x','inputs':{'i':[" + items + "]},'phases':[{'phase':'A','parallelism':" + TASKS
                + ",'agents':[{'agent':'Long','shard':{'over':'i','size':1}}]}]}";
    }

    @Test
    void no_task_of_a_worker_that_outlives_the_outage_is_begun_again() throws InterruptedException {
        RunView end = throughAnOutage(AWAY.multipliedBy(3));
        assertThat(end.phases().getFirst().tasks())
                .hasSize(TASKS)
                .extracting(RunView.Task::epoch)
                .containsOnly(1L);
    }

    /** Its agents have to stop, because nobody can know that the database will come back; that costs no attempt. */
    @Test
    void a_lease_shorter_than_the_outage_costs_no_attempt() throws InterruptedException {
        RunView end = throughAnOutage(Duration.ofSeconds(15));
        assertThat(end.phases().getFirst().tasks()).hasSize(TASKS);
    }

    private RunView throughAnOutage(Duration lease) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(TASKS);
        CountDownLatch back = new CountDownLatch(1);
        try (TemporaryStack stack = TemporaryStack.open();
                Engine engine = Engine.on(stack, lease)) {
            engine.agent("Long", context -> {
                        begun.countDown();
                        back.await();
                        return Json.NULL;
                    })
                    .start(TASKS);
            String runId = engine.submit(plan());
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            stack.killPostgres(StopMode.IMMEDIATE);
            await().pollDelay(AWAY).atMost(AWAY.multipliedBy(2)).until(() -> !engine.store.answers());
            stack.restartPostgres();
            back.countDown();
            RunView end = engine.awaitEnd(runId);
            assertThat(end.state()).isEqualTo(StageState.COMPLETED);
            assertThat(engine.store.runs().events(runId, 0, 10_000))
                    .extracting(EventView::kind)
                    .doesNotContain("task.reclaimed", "task.retrying", "task.dead");
            assertThat(engine.tasks(runId)).extracting(RunView.Task::attempts).containsOnly(1);
            assertThat(Judgement.of(engine.url)).isEmpty();
            return end;
        }
    }
}
