package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.EventKind;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.Ready;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** Tasks that came to an end of their own: nobody is left to read what their children bring, so those end too. */
    Ready apply(List<Ending> ended) {
        return applySwept(withDescendants(ended));
    }

    /** Tasks that end with their phase or run, which deals with their children as with all others. */
    Ready applySwept(List<Ending> endings) {
        Instant now = clock.instant();
        Map<String, Integer> freed = new LinkedHashMap<>();
        for (Ending ending : endings) {
            end(ending, now);
            freed.merge(ending.task().phase.id, ending.task().isChild() ? 0 : 1, Integer::sum);
        }
        Ready ready = tellParents(endings, now);
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

    private List<Ending> withDescendants(List<Ending> ended) {
        List<Ending> all = new ArrayList<>(ended);
        for (Ending parent : ended) {
            if (parent.task().openChildren > 0) {
                String prefix = Kinship.descendantsOf(parent.task().id);
                String reason = Kinship.orphaned(parent.task().id, parent.end());
                memory
                        .liveWhere(task ->
                                task.id.startsWith(prefix) && all.stream().noneMatch(other -> other.task() == task))
                        .stream()
                        .sorted(Comparator.comparing(task -> task.id))
                        .forEach(task -> all.add(Ending.bad(task, TaskState.CANCELLED, task.used, reason)));
            }
        }
        return all;
    }

    /** A parent whose last open child ended here is ready to go on. */
    private Ready tellParents(List<Ending> ended, Instant now) {
        List<Ticket> woken = new ArrayList<>();
        for (Ending ending : ended) {
            Kinship.parentOf(ending.task().id)
                    .flatMap(id -> Optional.ofNullable(memory.live.get(id)))
                    .filter(parent -> parent.childEnded(now))
                    .ifPresent(parent -> {
                        parent.phase.run.log(now, EventKind.TASK_CHILDREN_ENDED, parent, Json.EMPTY_OBJECT);
                        woken.add(parent.ticket());
                    });
        }
        return new Ready(woken, false);
    }

    private void end(Ending ending, Instant now) {
        TaskRow task = ending.task();
        RunRow run = task.phase.run;
        Json data = ending.error().map(e -> Json.object("error", e)).orElse(Json.EMPTY_OBJECT);
        run.log(now, EventKind.ofEnd(ending.end()), task, data);
        task.end(ending.end(), ending.used(), now);
        task.output = ending.output();
        task.error = ending.error();
        memory.live.remove(task.id);
        memory.timers.cancelAll(promise -> promise.isOfTask(task.id));
        task.phase.book(task);
        run.used = run.used.plus(task.used);
    }

    private PhaseRow phase(String id) {
        PhaseRow phase = memory.phases.get(id);
        if (phase == null) {
            throw new IllegalStateException("there is no phase " + id);
        }
        return phase;
    }
}
