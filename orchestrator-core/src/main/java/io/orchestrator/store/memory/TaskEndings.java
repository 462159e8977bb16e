package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Ready;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that follows from tasks ending, in the transaction that ends them. */
final class TaskEndings {
    /** A task that is to end, and how; with an output when it has completed, else with an error. */
    record Ending(TaskRow task, TaskState end, Usage used, Optional<Json> output, Optional<String> error) {
        static Ending bad(TaskRow task, TaskState end, Usage used, String error) {
            return new Ending(task, end, used, Optional.empty(), Optional.of(Stored.text(error)));
        }
    }

    private final Memory memory;
    private final Advance advance;
    private final InstantSource clock;

    TaskEndings(Memory memory, Advance advance, InstantSource clock) {
        this.memory = memory;
        this.advance = advance;
        this.clock = clock;
    }

    Ready apply(List<Ending> endings) {
        Instant now = clock.instant();
        Map<String, Integer> freed = new LinkedHashMap<>();
        for (Ending ending : endings) {
            end(ending, now);
            freed.merge(ending.task().phase.id, 1, Integer::sum);
        }
        Ready ready = Ready.NOTHING;
        Map<String, RunRow> toAdvance = new TreeMap<>();
        for (Map.Entry<String, Integer> places : freed.entrySet()) {
            PhaseRow phase = phase(places.getKey());
            if (phase.ending.isEmpty() && phase.open > 0) {
                List<TaskRow> released = phase.release(places.getValue(), now);
                ready = ready.and(
                        new Ready(released.stream().map(TaskRow::ticket).toList(), false));
            } else {
                toAdvance.put(phase.run.id, phase.run);
            }
        }
        for (RunRow run : toAdvance.values()) {
            ready = ready.and(advance.run(run));
        }
        return ready;
    }

    private void end(Ending ending, Instant now) {
        TaskRow task = ending.task();
        RunRow run = task.phase.run;
        Json data = ending.error().map(e -> Json.object("error", e)).orElse(Json.EMPTY_OBJECT);
        run.log(now, "task." + ending.end().wire(), task, data);
        task.end(ending.end(), ending.used(), now);
        task.output = ending.output();
        task.error = ending.error();
        memory.live.remove(task.id);
        memory.timers.cancelAll(promise -> promise.isOfTask(task.id));
        task.phase.book(task);
        run.used = run.used.plus(ending.used());
    }

    private PhaseRow phase(String id) {
        PhaseRow phase = memory.phases.get(id);
        if (phase == null) {
            throw new IllegalStateException("there is no phase " + id);
        }
        return phase;
    }
}
