package io.orchestrator.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that kills whoever runs it. */
@Tag("slow")
class PoisonIT {
    private static final int CLAIMS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void open() {
        site = new Site(directory);
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    /**
     * Its neighbours in the same process die with it each time, and lose no more than what they had not saved. They come as
     * far as a checkpoint in between, so that they are not taken for poison themselves.
     */
    @Test
    void is_dead_after_so_many_workers_and_the_work_beside_it_is_done() {
        site.start("scheduler", "--lease", "5s");
        site.start("timer");
        String careful = site.submit("{'name':'careful','inputs':{'steps':100},'phases':[{'phase':'P','parallelism':3,"
                + "'agents':['CarefulAgent',{'agent':'CarefulAgent','as':'b'},{'agent':'CarefulAgent','as':'c'}]}]}");
        String poison = site.submit("{'name':'poison','phases':[{'phase':'P','agents':['DeadlyAgent']}]}");
        int died = 0;
        ServiceProcess worker = worker();
        while (!isFinal(poison)) {
            ServiceProcess watched = worker;
            await().atMost(PATIENCE).until(() -> !watched.isAlive() || isFinal(poison));
            if (!watched.isAlive()) {
                died++;
                worker = worker();
            }
        }
        RunView end = site.awaitEnd(poison);
        assertThat(end.state()).isEqualTo(StageState.FAILED);
        assertThat(end.phases().getFirst().tasks().getFirst().state()).isEqualTo(TaskState.DEAD);
        assertThat(site.events(poison, "task.dead")).hasSize(1);
        assertThat(died).isEqualTo(CLAIMS);
        RunView unharmed = site.awaitEnd(careful);
        assertThat(unharmed.state()).isEqualTo(StageState.COMPLETED);
        assertThat(unharmed.phases().getFirst().tasks())
                .allSatisfy(task -> assertThat(task.output()).contains(Json.of(100)))
                .extracting(RunView.Task::attempts)
                .containsOnly(1);
    }

    private ServiceProcess worker() {
        return site.start("worker", "--slots", "4", "--lease", "5s");
    }

    private boolean isFinal(String runId) {
        return site.store.runs().view(runId, false).orElseThrow().state().isFinal();
    }
}
