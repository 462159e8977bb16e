package io.orchestrator.testing;

import io.orchestrator.agent.Checkpoint;
import io.orchestrator.json.Json;
import io.orchestrator.run.StageState;
import io.orchestrator.store.EventView;
import io.orchestrator.store.Gates.Closing;
import io.orchestrator.store.Gates.Gate;
import io.orchestrator.store.HeldPhases;
import io.orchestrator.store.RunView;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run of a {@link TestEngine}: how it stands at this virtual instant, and what people may do to it. For one thread. */
public final class TestRun {
    private final Deployment deployment;
    private final String id;

    TestRun(Deployment deployment, String id) {
        this.deployment = deployment;
        this.id = id;
    }

    public String id() {
        return id;
    }

    /** The run with its phases and tasks. */
    public RunView view() {
        return deployment.store().runs().view(id, true).orElseThrow();
    }

    public StageState state() {
        return deployment.store().runs().view(id, false).orElseThrow().state();
    }

    public boolean isOver() {
        return deployment.store().answers() && state().isFinal();
    }

    /** A phase by its name. */
    public RunView.Phase phase(String name) {
        return find(
                view().phases().stream()
                        .filter(phase -> phase.name().equals(name))
                        .toList(),
                "phase '" + name + "'");
    }

    /** The task of an agent, by the phase's name and what its output goes by; the newest round's. */
    public RunView.Task task(String phase, String name) {
        RunView.Phase in = phase(phase);
        return find(
                in.tasks().stream()
                        .filter(task -> task.name().equals(name) && task.round() == in.round())
                        .toList(),
                "task '" + name + "' in phase '" + phase + "'");
    }

    /** The output of a completed task. */
    public Json output(String phase, String name) {
        RunView.Task task = task(phase, name);
        return task.output()
                .orElseThrow(() -> new NoSuchElementException("task '" + name + "' has no output, it is "
                        + task.state().wire() + task.error().map(e -> ": " + e).orElse("")));
    }

    private <T> T find(List<T> found, String what) {
        if (found.isEmpty()) {
            throw new NoSuchElementException("there is no " + what + "; " + standing());
        }
        return found.getFirst();
    }

    /** Everything that happened in it, in order. */
    public List<EventView> events() {
        return deployment.store().runs().events(id, 0, Integer.MAX_VALUE);
    }

    /** The kinds of {@link #events}, such as {@code task.completed}. */
    public List<String> eventKinds() {
        return events().stream().map(EventView::kind).toList();
    }

    /** Its attempts, in the order in which they began. */
    public List<AttemptRecord> attempts() {
        return deployment.attempts().stream()
                .filter(attempt -> attempt.runId().equals(id))
                .toList();
    }

    /** The checkpoints that are kept of a task, oldest first. */
    public List<Checkpoint> checkpoints(String taskId) {
        return deployment.store().checkpoints().list(taskId).reversed().stream()
                .map(entry -> deployment.store().checkpoints().load(taskId, entry.seq()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Starts nothing more of the run, and lets its timeboxes stand still; what runs may finish. */
    public void pause(String reason) {
        close(Closing.because(reason));
    }

    /** As {@link #pause}, and asks running agents to save a checkpoint and hand their tasks back. */
    public void pauseAndRecall(String reason) {
        close(Closing.because(reason).recallingTasks());
    }

    private void close(Closing closing) {
        if (!deployment.store().gates().close(Gate.ofRun(id), closing)) {
            throw new IllegalStateException("the run has ended and cannot be paused; " + standing());
        }
    }

    public void unpause() {
        deployment.announce(deployment.store().gates().open(Gate.ofRun(id)).ready());
    }

    /** Ends the run as cancelled; false when it has ended already. */
    public boolean cancel(String reason) {
        return deployment.store().runs().cancel(id, reason);
    }

    /** Decides on a phase that waits for a person. */
    public void decide(String phase, HeldPhases.Decision decision) {
        deployment.announce(deployment
                .store()
                .heldPhases()
                .decide(new HeldPhases.Request(id, phase, decision, "a test", Optional.empty()))
                .ready());
    }

    /** How it stands, for people. */
    String standing() {
        RunView run = view();
        return "run '" + run.name() + "' is " + run.state().wire()
                + run.paused().map(paused -> ", paused: " + paused.reason()).orElse("")
                + run.reason().map(reason -> ", " + reason).orElse("") + ", with phases "
                + run.phases().stream()
                        .map(phase -> phase.name() + " " + phase.state().wire())
                        .collect(Collectors.joining(", "));
    }
}
