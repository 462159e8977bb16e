package io.orchestrator.store.memory;

import io.orchestrator.run.EndingDecisions;
import io.orchestrator.run.StageState;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Ready;
import io.orchestrator.store.memory.TaskEndings.Ending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Carries out decisions to end, in transactions of their own, as the store on Postgres does. */
final class Sweep {
    private static final int BATCH = 1_000;

    private final Transactions transactions;
    private final Memory memory;
    private final TaskEndings endings;
    private final Advance advance;

    Sweep(Transactions transactions, Memory memory, TaskEndings endings, Advance advance) {
        this.transactions = transactions;
        this.memory = memory;
        this.endings = endings;
        this.advance = advance;
    }

    private record Round(int swept, Ready ready) {}

    Ready run(String runId) {
        Ready ready = Ready.NOTHING;
        int swept;
        do {
            Round round = transactions.run("sweep", () -> once(runId));
            ready = ready.and(round.ready());
            swept = round.swept();
        } while (swept >= BATCH);
        return ready;
    }

    List<String> needAttention(int max) {
        return memory.runs.values().stream()
                .filter(RunRow::needsAttention)
                .map(run -> run.id)
                .sorted()
                .limit(max)
                .toList();
    }

    private Round once(String runId) {
        RunRow run = memory.runs.get(runId);
        if (run == null) {
            return new Round(0, Ready.NOTHING);
        }
        List<Ending> ended = new ArrayList<>();
        run.openPhases().stream()
                .filter(phase -> phase.ending.isPresent() || run.ending.isPresent())
                .sorted(Comparator.comparing(phase -> phase.id))
                .forEach(phase -> ended.addAll(victims(phase)));
        Ready ready = endings.applySwept(ended);
        return new Round(ended.size(), ready.and(advance.run(run)));
    }

    private static List<Ending> victims(PhaseRow phase) {
        Optional<StageState> decided = phase.ending;
        boolean runningToo = EndingDecisions.endsRunningTasks(decided);
        TaskState outcome = EndingDecisions.outcomeOfTasks(decided);
        String reason = phase.reason.or(() -> phase.run.reason).orElse("the run is ending");
        return phase.tasks.stream()
                .filter(task -> !task.state.isFinal() && (runningToo || task.state != TaskState.RUNNING))
                .limit(BATCH)
                .map(task -> Ending.bad(task, outcome, task.used, reason))
                .toList();
    }
}
