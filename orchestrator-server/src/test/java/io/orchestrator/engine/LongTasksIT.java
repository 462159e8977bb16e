package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However long a task runs, nobody takes its time for its death. */
@Tag("slow")
class LongTasksIT {
    private final Engine engine = new Engine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void two_hundred_tasks_that_run_ten_times_the_lease_are_each_started_once() {
        AtomicInteger starts = new AtomicInteger();
        Duration tenLeases = engine.lease.multipliedBy(10);
        engine.agent("Long", c -> {
                    starts.incrementAndGet();
                    boolean never = new CountDownLatch(1).await(tenLeases.toMillis(), TimeUnit.MILLISECONDS);
                    return Json.of(never);
                })
                .start(100);
        engine.addPool(100);
        String items = "1" + ",1".repeat(199);
        RunView end = engine.awaitEnd(
                engine.submit(
                        "{'name':'x','inputs':{'i':[" + items
                                + "]},'phases':[{'phase':'A','parallelism':200,'agents':[{'agent':'Long','shard':{'over':'i','size':1}}]}]}"));
        assertThat(end.state()).isEqualTo(StageState.COMPLETED);
        assertThat(starts).hasValue(200);
        assertThat(end.phases().getFirst().tasks())
                .extracting(RunView.Task::epoch)
                .containsOnly(1L);
    }
}
