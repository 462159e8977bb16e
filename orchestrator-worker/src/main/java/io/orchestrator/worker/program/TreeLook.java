package io.orchestrator.worker.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells which of the processes it is shown belong to a tree. Each is judged at once, while it still exists; what is
 * known to belong is handed on at once as well, so that a program that forks and exits all the time can be hit.
 */
final class TreeLook implements Consumer<ProcessEntry> {
    /** What a tree is known by; without a session of its own or a keep, by its descendants and its mark. */
    record Identity(Process leader, String attemptId, boolean ownSession, long startBound, Keep keep) {}

    private final ProcessTable table;
    private final Identity tree;
    private final Function<ProcessEntry, Environment> environments;
    private final Consumer<ProcessEntry> onSight;
    private final boolean leaderAlive;
    private final boolean sessionIsOurs;
    private final Map<Long, ProcessEntry> members = new LinkedHashMap<>();
    private final Map<Long, List<ProcessEntry>> children = new HashMap<>();
    private final Predicate<ProcessEntry> held;
    private boolean certain = true;

    TreeLook(ProcessTable table, Identity tree, Consumer<ProcessEntry> onSight) {
        this(table, tree, table::environment, onSight);
    }

    /** @param environments what several looks at the same processes may share */
    TreeLook(
            ProcessTable table,
            Identity tree,
            Function<ProcessEntry, Environment> environments,
            Consumer<ProcessEntry> onSight) {
        this.table = table;
        this.tree = tree;
        this.environments = environments;
        this.onSight = onSight;
        this.held = tree.keep().members();
        this.leaderAlive = tree.leader().isAlive();
        // A session's number is free again once its last member is gone; then a stranger may lead one with this number.
        boolean leaderReplaced = !leaderAlive
                && table.find(tree.leader().pid()).filter(p -> !p.ended()).isPresent();
        this.sessionIsOurs = tree.ownSession() && !leaderReplaced;
    }

    Look at(Collection<ProcessEntry> processes) {
        processes.forEach(this);
        return result();
    }

    @Override
    public void accept(ProcessEntry process) {
        if (process.ended()
                || process.started() < tree.startBound()
                || tree.keep().isPartOfIt(process)) {
            return;
        }
        children.computeIfAbsent(process.parent(), pid -> new ArrayList<>()).add(process);
        if (belongs(process)) {
            members.put(process.pid(), process);
            onSight.accept(process);
        }
    }

    Look result() {
        Deque<ProcessEntry> open = new ArrayDeque<>(members.values());
        while (!open.isEmpty()) {
            for (ProcessEntry child : children.getOrDefault(open.remove().pid(), List.of())) {
                if (members.putIfAbsent(child.pid(), child) == null) {
                    onSight.accept(child);
                    open.add(child);
                }
            }
        }
        return new Look(members.values(), certain);
    }

    private boolean belongs(ProcessEntry process) {
        if (held.test(process) || (process.pid() == tree.leader().pid() && leaderAlive)) {
            return true;
        }
        if (sessionIsOurs && process.session() == tree.leader().pid()) {
            return true;
        }
        if (table.isClaimed(process.session())) {
            return false;
        }
        Environment environment = environments.apply(process);
        certain &= environment != Environment.VANISHED;
        return environment
                .get(Markers.ATTEMPT_ID)
                .filter(tree.attemptId()::equals)
                .isPresent();
    }
}
