package io.orchestrator.worker.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds and ends what workers that died without a chance to clean up (SIGKILL, out of memory) have left running on this
 * host. Call {@link #reap()} at a worker's start and every minute or so. Thread-safe; any number of workers may do it
 * at the same time. Works on Linux only, elsewhere it finds nothing.
 *
 * <p>A process is an orphan when the worker named in its environment does not run any more: its pid is free, or belongs
 * to a process with another start time. What carries the mark of a running worker, or of a worker in another pid
 * namespace (a container), is never touched.
 */
public final class Orphans {
    private static final Logger log = LoggerFactory.getLogger(Orphans.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ProcessTable table;

    public Orphans(ProcessTable table) {
        this.table = table;
    }

    /** Kills every orphan of this host and what it started; the pids that were killed. */
    public List<Long> reap() {
        return run().killed();
    }

    /** The same; whether none is left, as far as this host can tell. */
    public boolean end() {
        return run().gone();
    }

    private record Ended(boolean gone, List<Long> killed) {}

    private Ended run() {
        if (!table.tellsAll()) {
            return new Ended(true, List.of());
        }
        CgroupKeeper.endThoseOfTheDead(table);
        KillLoop loop =
                new KillLoop(table, round -> new Look(new Search(table).orphans(), true), Orphans::leadsItsGroup);
        boolean gone = loop.run(PATIENCE);
        if (!loop.killed().isEmpty()) {
            log.warn(
                    "ended {} processes that dead workers had left behind: {}{}",
                    loop.killed().size(),
                    loop.killed(),
                    gone ? "" : "; some are still there");
        }
        return new Ended(gone, loop.killed());
    }

    /** The pids of all processes of this host that programs of this worker have started, be it alive or dead. */
    public List<Long> ofWorker(String workerId) {
        return table.snapshot().stream()
                .filter(process -> !process.ended())
                .filter(process -> table.environment(process)
                        .get(Markers.WORKER_ID)
                        .filter(workerId::equals)
                        .isPresent())
                .map(ProcessEntry::pid)
                .toList();
    }

    /** A group led by an orphan was made inside its tree; any other could be the one the worker itself was started in. */
    private static boolean leadsItsGroup(ProcessEntry process) {
        return process.group() == process.pid();
    }

    private enum Owner {
        NONE,
        RUNNING,
        DEAD
    }

    /** One look at the host. */
    private static final class Search {
        private final ProcessTable table;
        private final Collection<ProcessEntry> processes;
        private final Map<Long, ProcessEntry> byPid = new HashMap<>();
        private final Map<Long, Owner> owners = new HashMap<>();

        Search(ProcessTable table) {
            this.table = table;
            this.processes = table.snapshot();
            processes.forEach(process -> byPid.put(process.pid(), process));
        }

        Collection<ProcessEntry> orphans() {
            Set<Long> untouchable = selfAndAncestors();
            Set<Long> dead = new HashSet<>();
            for (ProcessEntry process : processes) {
                if (owner(process) == Owner.DEAD) {
                    dead.add(process.pid());
                }
            }
            List<ProcessEntry> orphans = new ArrayList<>();
            if (dead.isEmpty()) {
                return orphans;
            }
            for (ProcessEntry process : processes) {
                if (!process.ended() && !untouchable.contains(process.pid()) && isOrphan(process, dead)) {
                    orphans.add(process);
                }
            }
            return orphans;
        }

        /** Also what has dropped the mark, while its parents or the leader of its session still show it. */
        private boolean isOrphan(ProcessEntry process, Set<Long> dead) {
            if (owner(process) != Owner.NONE) {
                return dead.contains(process.pid());
            }
            if (dead.contains(process.session())) {
                return true;
            }
            Set<Long> seen = new HashSet<>();
            ProcessEntry ancestor = byPid.get(process.parent());
            while (ancestor != null && seen.add(ancestor.pid())) {
                if (owner(ancestor) != Owner.NONE) {
                    return dead.contains(ancestor.pid());
                }
                ancestor = byPid.get(ancestor.parent());
            }
            return false;
        }

        private Owner owner(ProcessEntry process) {
            Owner known = owners.get(process.pid());
            if (known == null) {
                known = process.ended() ? Owner.NONE : readOwner(table.environment(process));
                owners.put(process.pid(), known);
            }
            return known;
        }

        private Owner readOwner(Environment environment) {
            Optional<String> pid = environment.get(Markers.WORKER_PID);
            Optional<String> started = environment.get(Markers.WORKER_STARTED);
            if (pid.isEmpty() || started.isEmpty()) {
                return Owner.NONE;
            }
            if (environment
                    .get(Markers.WORKER_NAMESPACE)
                    .filter(table.namespace()::equals)
                    .isEmpty()) {
                return Owner.RUNNING;
            }
            try {
                // Asked anew, and not of the snapshot: a worker that has ended once has ended for good.
                long workerStarted = Long.parseLong(started.get());
                boolean runs = table.find(Long.parseLong(pid.get()))
                        .filter(worker -> !worker.ended() && worker.started() == workerStarted)
                        .isPresent();
                return runs ? Owner.RUNNING : Owner.DEAD;
            } catch (NumberFormatException e) {
                log.debug("a process names its worker as pid {} started {}: not ours", pid, started, e);
                return Owner.NONE;
            }
        }

        private Set<Long> selfAndAncestors() {
            Set<Long> pids = new HashSet<>();
            ProcessEntry process = table.self();
            while (process != null && pids.add(process.pid())) {
                process = byPid.get(process.parent());
            }
            return pids;
        }
    }
}
