package io.orchestrator.store.memory;

import io.orchestrator.agent.Usage;
import io.orchestrator.store.EventView;
import java.util.Optional;

/** Writes the whole memory down, a line for each thing, so that equal memories give equal text. */
final class Dump {
    private final StringBuilder out = new StringBuilder();

    private Dump() {}

    static String of(Memory memory) {
        Dump dump = new Dump();
        memory.runs.values().forEach(dump::run);
        memory.workers.values().forEach(dump::worker);
        memory.breakers.values().forEach(breaker -> dump.line("breaker", breaker));
        memory.gates.values().forEach(dump::gate);
        memory.timers.all().forEach(dump::timer);
        memory.checkpoints.forEach((task, saved) -> saved.values().forEach(one -> dump.checkpoint(task, one)));
        memory.steps.forEach(
                (task, steps) -> steps.forEach((name, result) -> dump.line("step", task, name, result.canonical())));
        memory.logs.forEach((task, chunks) -> chunks.values().forEach(chunk -> dump.line("log", task, chunk)));
        dump.line("reaper", show(memory.lastReaperRound));
        return dump.out.toString();
    }

    private void run(RunRow run) {
        line(
                "run",
                run.id,
                run.request.contentHash(),
                run.state,
                show(run.ending),
                show(run.reason),
                show(run.used),
                run.createdAt,
                show(run.deadline),
                show(run.startAt),
                show(run.startedAt),
                show(run.finishedAt));
        run.phases.forEach(this::phase);
        run.events.forEach(this::event);
    }

    private void phase(PhaseRow phase) {
        line(
                "phase",
                phase.id,
                phase.plan.phase(),
                phase.state,
                show(phase.ending),
                show(phase.reason),
                show(phase.rubricMiss.map(miss -> miss.canonical())),
                show(phase.decision.map(decision -> decision.canonical())),
                "round " + phase.round,
                phase.delay,
                phase.worker().id,
                "step " + phase.step,
                "open " + phase.open,
                "completed " + phase.completed,
                "failed " + phase.failed + "+" + phase.failedChildren,
                show(phase.used),
                show(phase.deadline),
                show(phase.startedAt),
                show(phase.finishedAt));
        phase.tasks.forEach(this::task);
    }

    private void task(TaskRow task) {
        line(
                "task",
                task.id,
                task.spec.key(),
                task.target(),
                show(task.fellBack),
                task.state,
                "epoch " + task.epoch,
                "attempt " + task.attempt,
                "claims " + task.claims,
                "children " + task.openChildren + "/" + task.children,
                task.probe,
                show(task.worker),
                show(task.claimedAt),
                show(task.deadline),
                show(task.wrapUpBy),
                task.dispatchAt,
                show(task.progress),
                show(task.message),
                show(task.used),
                show(task.output.map(output -> output.canonical())),
                show(task.error),
                show(task.finishedAt));
    }

    private void event(EventView event) {
        line(
                "event",
                event.seq(),
                event.at(),
                event.kind(),
                show(event.phaseId()),
                show(event.taskId()),
                event.epoch(),
                event.attempt(),
                show(event.workerId()),
                event.data().canonical());
    }

    private void worker(WorkerRow worker) {
        line("worker", worker.info.id(), worker.state, show(worker.leaseUntil));
    }

    private void gate(GateRow gate) {
        line("gate", gate.gate(), gate.reason(), gate.recalls(), gate.closedAt(), show(gate.reopensAt()));
    }

    private void timer(PendingTimers.Timer timer) {
        line("timer", timer.id(), timer.fireAt(), timer.promise().describe());
    }

    private void checkpoint(String taskId, Memory.Saved saved) {
        line(
                "checkpoint",
                taskId,
                saved.entry().seq(),
                saved.entry().token(),
                saved.entry().epoch(),
                saved.entry().createdAt(),
                saved.data().canonical());
    }

    private static String show(Optional<?> value) {
        return value.map(Object::toString).orElse("-");
    }

    private static String show(Usage used) {
        return used.tokens() + "/" + used.costUsd().stripTrailingZeros().toPlainString() + "/" + used.toolMs();
    }

    private void line(Object... fields) {
        for (int i = 0; i < fields.length; i++) {
            out.append(i == 0 ? "" : " | ").append(fields[i]);
        }
        out.append('\n');
    }
}
