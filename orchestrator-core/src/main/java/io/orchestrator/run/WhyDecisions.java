package io.orchestrator.run;

import io.orchestrator.run.Reason.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Says what a run or a task waits for; what speaks for the whole comes first. */
public final class WhyDecisions {
    private final Situation at;

    private WhyDecisions(Situation at) {
        this.at = at;
    }

    /** What the run waits for: never empty. */
    public static List<Reason> ofRun(Situation at) {
        return new WhyDecisions(at).ofRun();
    }

    /** What this task of the run waits for: empty only when the situation does not have it. */
    public static List<Reason> ofTask(Situation at, String taskId) {
        WhyDecisions why = new WhyDecisions(at);
        return at.tasks().stream()
                .filter(task -> task.id().equals(taskId))
                .findFirst()
                .map(why::ofTask)
                .orElse(List.of());
    }

    private List<Reason> ofRun() {
        Situation.Run run = at.run();
        if (run.state().isFinal()) {
            return List.of(
                    Reason.of(Kind.ENDED, "the run has ended as " + run.state().wire() + because(run.reason()))
                            .since(run.finishedAt()));
        }
        List<Reason> reasons = new ArrayList<>(ofTheWhole());
        if (run.state() == StageState.PENDING
                && run.ending().isEmpty()
                && run.amiss().isEmpty()) {
            reasons.add(Reason.of(Kind.START, "the run is to start later")
                    .since(Optional.of(run.createdAt()))
                    .until(run.startAt()));
            return reasons;
        }
        at.phases().forEach(phase -> reasons.addAll(ofPhase(phase)));
        if (reasons.isEmpty()) {
            reasons.add(Reason.of(Kind.READY, "nothing stands in its way: the reconciler looks at it within seconds"));
        }
        return reasons;
    }

    private List<Reason> ofTask(Situation.Task task) {
        if (task.state().isFinal() && task.amiss().isEmpty()) {
            return List.of(Reason.of(
                            Kind.ENDED, "the task has ended as " + task.state().wire() + because(task.error()))
                    .since(task.finishedAt()));
        }
        List<Reason> reasons = new ArrayList<>(ofTheWhole());
        Optional<Situation.Phase> phase =
                at.phases().stream().filter(p -> p.id().equals(task.phaseId())).findFirst();
        phase.flatMap(WhyDecisions::phaseEnding).ifPresent(reasons::add);
        reasons.add(ofItself(task, phase));
        return reasons;
    }

    /** What holds everything in the run. */
    private List<Reason> ofTheWhole() {
        Situation.Run run = at.run();
        List<Reason> reasons = new ArrayList<>();
        run.ending()
                .map(end -> Reason.of(
                        Kind.ENDING,
                        "the run is about to end as " + end.wire() + because(run.reason())
                                + "; what still runs may finish"))
                .ifPresent(reasons::add);
        run.setAside()
                .map(why -> Reason.of(
                        Kind.SET_ASIDE,
                        "the run is set aside: " + why + "; end it with: orchestrator cancel " + run.id()))
                .ifPresent(reasons::add);
        run.amiss()
                .map(what -> Reason.of(
                        Kind.AMISS,
                        what + ": somebody has changed its rows; a scheduler mends that, or ends the run, within two"
                                + " minutes"))
                .ifPresent(reasons::add);
        gates(gate -> gate.kind().equals("run") && gate.name().equals(run.id()))
                .forEach(gate -> reasons.add(Reason.of(
                                Kind.PAUSED,
                                "the run is paused: " + gate.reason() + "; it goes on with: orchestrator unpause "
                                        + run.id())
                        .since(Optional.of(gate.closedAt()))));
        return reasons;
    }

    private List<Reason> ofPhase(Situation.Phase phase) {
        Optional<Reason> ending = phaseEnding(phase);
        if (ending.isPresent()) {
            return List.of(ending.get());
        }
        return switch (phase.state()) {
            case HOLDING -> List.of(decision(phase));
            case PENDING -> at.run().ending().isPresent() ? List.of() : List.of(beforeItsStart(phase));
            case RUNNING -> together(phase);
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT -> List.of();
        };
    }

    private static Optional<Reason> phaseEnding(Situation.Phase phase) {
        return phase.state().isFinal()
                ? Optional.empty()
                : phase.ending()
                        .map(end -> Reason.of(
                                Kind.ENDING,
                                "phase " + phase.name() + " is about to end as " + end.wire() + because(phase.reason())
                                        + "; what still runs of it may finish"));
    }

    private Reason decision(Situation.Phase phase) {
        return Reason.of(
                        Kind.DECISION,
                        "phase " + phase.name() + " waits for a decision" + because(phase.reason())
                                + "; decide with: orchestrator decide "
                                + at.run().id() + " " + phase.name()
                                + " accept (or retry, or fail)")
                .since(phase.heldSince())
                .until(phase.deadline());
    }

    private Reason beforeItsStart(Situation.Phase phase) {
        List<String> missing = at.phases().stream()
                .filter(other -> phase.needs().contains(other.name()) && other.state() != StageState.COMPLETED)
                .map(other -> other.name() + " (" + other.state().wire() + ")")
                .toList();
        if (!missing.isEmpty()) {
            return Reason.of(Kind.NEEDS, "phase " + phase.name() + " starts after " + String.join(", ", missing));
        }
        if (phase.delayedUntil().isPresent()) {
            return Reason.of(Kind.DELAY, "phase " + phase.name() + " starts after a delay")
                    .since(phase.delayedSince())
                    .until(phase.delayedUntil());
        }
        return Reason.of(Kind.READY, "phase " + phase.name() + " is about to start");
    }

    /** One reason for all tasks of a phase that wait for the same: since the first began to, until the first may go on. */
    private List<Reason> together(Situation.Phase phase) {
        Map<String, List<Reason>> same = new LinkedHashMap<>();
        for (Situation.Task task : at.tasks()) {
            if (task.phaseId().equals(phase.id()) && !task.state().isFinal()) {
                Reason reason = ofItself(task, Optional.of(phase));
                String what =
                        reason.kind() == Kind.RUNNING || reason.kind() == Kind.RETRY || reason.kind() == Kind.CHILDREN
                                ? reason.kind().wire()
                                : reason.text();
                same.computeIfAbsent(what, w -> new ArrayList<>()).add(reason);
            }
        }
        return same.values().stream()
                .map(reasons -> joined(phase, reasons))
                .sorted(Comparator.comparing(Reason::kind))
                .toList();
    }

    private static Reason joined(Situation.Phase phase, List<Reason> reasons) {
        Reason first = reasons.getFirst();
        String count = reasons.size() == 1 ? "a task of " : reasons.size() + " tasks of ";
        String others =
                reasons.size() > 1 && !first.text().equals(reasons.getLast().text()) ? ", and others" : "";
        return Reason.of(first.kind(), count + phase.name() + ": " + first.text() + others)
                .since(earliest(
                        reasons.stream().flatMap(r -> r.since().stream()).toList()))
                .until(earliest(
                        reasons.stream().flatMap(r -> r.until().stream()).toList()));
    }

    private static Optional<Instant> earliest(List<Instant> instants) {
        return instants.stream().min(Comparator.naturalOrder());
    }

    private Reason ofItself(Situation.Task task, Optional<Situation.Phase> phase) {
        if (task.amiss().isPresent() && task.setAside().isEmpty()) {
            return Reason.of(
                            Kind.AMISS,
                            task.amiss().get() + ": somebody has changed its rows; a scheduler mends that, or ends the"
                                    + " task, within two minutes")
                    .since(task.idleSince());
        }
        return switch (task.state()) {
            case PENDING -> pending(phase);
            case QUEUED -> queued(task);
            case RUNNING ->
                Reason.of(
                                Kind.RUNNING,
                                "running as attempt " + task.attempt() + " on "
                                        + task.workerId().orElse("a worker"))
                        .since(task.claimedAt());
            case WAITING ->
                Reason.of(Kind.CHILDREN, "waits for " + counted(task.openChildren(), "task") + " that it has submitted")
                        .since(task.claimedAt());
            case RETRYING ->
                Reason.of(
                                Kind.RETRY,
                                "attempt " + (task.attempt() - 1) + " failed" + because(task.error())
                                        + "; the next one waits for its timer")
                        .until(task.retryAt());
            case COMPLETED, FAILED, CANCELLED, TIMED_OUT, DEAD ->
                throw new IllegalArgumentException("task " + task.id() + " has ended, it waits for nothing");
        };
    }

    private Reason pending(Optional<Situation.Phase> phase) {
        long taken = at.tasks().stream()
                .filter(task -> phase.map(p -> p.id().equals(task.phaseId())).orElse(false))
                .filter(task -> takesAPlace(task))
                .count();
        String places =
                phase.map(p -> " (" + taken + " of " + p.places() + " taken)").orElse("");
        return Reason.of(Kind.PARALLELISM, "waits for a place of its phase's parallelism" + places);
    }

    private static boolean takesAPlace(Situation.Task task) {
        return !task.state().isFinal() && task.state() != TaskState.PENDING && !Kinship.isChild(task.id());
    }

    private Reason queued(Situation.Task task) {
        if (task.setAside().isPresent()) {
            return Reason.of(
                            Kind.SET_ASIDE,
                            "is set aside: " + task.setAside().get() + "; once that is mended: orchestrator resume "
                                    + task.id())
                    .since(task.idleSince());
        }
        return gates(gate -> standsBefore(gate, task)).stream()
                .min(Comparator.comparing(Situation.Gate::closedAt))
                .map(WhyDecisions::behind)
                .orElseGet(() -> untaken(task));
    }

    private static boolean standsBefore(Situation.Gate gate, Situation.Task task) {
        return switch (gate.kind()) {
            case "lane" -> gate.name().equals(task.lane());
            case "target" -> gate.name().equals(task.target()) && !task.probe();
            default -> false;
        };
    }

    private static Reason behind(Situation.Gate gate) {
        Reason reason = gate.probeAt().isPresent()
                ? Reason.of(
                                Kind.BREAKER,
                                gate.name() + " is held by its breaker: " + gate.reason() + "; then a probe is tried")
                        .until(gate.probeAt())
                : Reason.of(Kind.GATE, "the " + gate.kind() + " " + gate.name() + " is paused: " + gate.reason())
                        .until(gate.reopensAt());
        return reason.since(Optional.of(gate.closedAt()));
    }

    private Reason untaken(Situation.Task task) {
        Situation.Fleet fleet = at.fleet();
        Reason reason;
        if (fleet.workers() == 0) {
            reason = Reason.of(Kind.NO_WORKER, "is ready for " + task.target() + ", and no worker is alive");
        } else if (task.declined()) {
            reason = Reason.of(
                    Kind.NO_AGENT,
                    "is ready, and no worker that has looked knows " + task.target()
                            + "; start one that does, or correct the agents file");
        } else if (fleet.busy() >= fleet.slots()) {
            reason = Reason.of(
                    Kind.NO_SLOT,
                    "is ready, and all slots are taken (" + fleet.busy() + " of " + fleet.slots() + " of "
                            + counted(fleet.workers(), "worker") + ")");
        } else {
            reason = Reason.of(
                    Kind.READY, "is ready for " + task.target() + ", and a worker with free slots may take it");
        }
        return reason.since(task.idleSince());
    }

    private List<Situation.Gate> gates(Predicate<Situation.Gate> which) {
        return at.gates().stream().filter(which).toList();
    }

    private static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String because(Optional<String> reason) {
        return reason.map(text -> ": " + text).orElse("");
    }
}
