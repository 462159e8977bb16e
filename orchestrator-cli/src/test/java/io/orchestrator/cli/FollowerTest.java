package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.AddedPhase;
import io.orchestrator.store.EventView;
import io.orchestrator.store.PhaseAddition;
import io.orchestrator.store.PhaseStats;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private final List<String> shown = new ArrayList<>();
    private final Script script = new Script();

    @Test
    void an_end_that_was_taken_back_by_a_retry_is_not_the_end() throws Exception {
        script.happens("run.submitted", "run.failed", "run.reopened").state(StageState.RUNNING);
        script.later(() -> script.happens("task.completed"));
        script.later(() -> script.happens("run.completed").state(StageState.COMPLETED));

        assertThat(follow().state()).isEqualTo(StageState.COMPLETED);
        assertThat(shown)
                .containsExactly("run.submitted", "run.failed", "run.reopened", "task.completed", "run.completed");
    }

    @Test
    void what_happens_between_reading_the_log_and_seeing_the_end_is_shown() throws Exception {
        script.happens("run.submitted").state(StageState.RUNNING);
        script.beforeTheState(
                () -> script.happens("task.completed", "run.completed").state(StageState.COMPLETED));

        follow();

        assertThat(shown).containsExactly("run.submitted", "task.completed", "run.completed");
    }

    private RunView follow() throws InterruptedException {
        ProgressView view = new ProgressView() {
            @Override
            public void update(RunStore runs, String runId, List<EventView> news) {
                news.forEach(event -> shown.add(event.kind()));
            }

            @Override
            public void close() {}
        };
        return new Follower(script, view, new Interruption()).follow("run-1").orElseThrow();
    }

    /** A run whose story goes on each time that somebody has read all of it. */
    private static final class Script implements RunStore {
        private final List<String> kinds = new ArrayList<>();
        private final List<Runnable> then = new ArrayList<>();
        private Optional<Runnable> beforeTheState = Optional.empty();
        private StageState state = StageState.RUNNING;

        Script happens(String... events) {
            kinds.addAll(Arrays.asList(events));
            return this;
        }

        void state(StageState next) {
            state = next;
        }

        void later(Runnable step) {
            then.add(step);
        }

        void beforeTheState(Runnable step) {
            beforeTheState = Optional.of(step);
        }

        @Override
        public List<EventView> events(String runId, long afterSeq, int max) {
            if (afterSeq == kinds.size() && !then.isEmpty()) {
                then.removeFirst().run();
            }
            return IntStream.range((int) afterSeq, kinds.size())
                    .mapToObj(i -> event(i + 1L, kinds.get(i)))
                    .toList();
        }

        @Override
        public Optional<RunView> view(String runId, boolean withTasks) {
            Optional<Runnable> step = beforeTheState;
            beforeTheState = Optional.empty();
            step.ifPresent(Runnable::run);
            return Optional.of(new RunView(
                    runId,
                    "test",
                    state,
                    Optional.empty(),
                    List.of(),
                    Usage.NONE,
                    Instant.EPOCH,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }

        private static EventView event(long seq, String kind) {
            return new EventView(
                    "run-1",
                    seq,
                    Instant.EPOCH,
                    kind,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Json.EMPTY_OBJECT);
        }

        @Override
        public Submission submit(RunRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public AddedPhase add(PhaseAddition addition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Long> heads(String afterRunId, int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<String> runOfKey(String key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> phasesOfKey(Optional<String> runKey, String phaseKey) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<RunRequest> request(String runId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean cancel(String runId, String reason) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<RunView> list(int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<RunView.Task> task(String taskId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<PhaseStats> stats(String phaseId) {
            throw new UnsupportedOperationException();
        }
    }
}
