package io.orchestrator.sim;

import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.attempt.CutOffDecisions;
import io.orchestrator.attempt.CutOffDecisions.Move;
import io.orchestrator.json.Json;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.CheckpointStore;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Dispatch;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Recovery;
import io.orchestrator.store.ReportResult;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import io.orchestrator.store.TaskStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Engines that break their promise on purpose: the simulation has to notice each of them. */
enum Mutant {
    /** The engine as it is. */
    NONE {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }
    },
    NO_FENCE_IN_REPORTS {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            UnaryOperator<Hold> current = hold -> current(ports.runs(), faults, hold);
            return ports.with(replaced(TaskStore.class, ports.tasks(), "report", arguments -> {
                @SuppressWarnings("unchecked")
                List<AttemptReport> reports = (List<AttemptReport>) arguments[0];
                Set<Hold> accepted = new HashSet<>();
                Ready ready = Ready.NOTHING;
                for (AttemptReport report : reports) {
                    Hold now = current.apply(report.hold());
                    ReportResult result =
                            ports.tasks().report(List.of(new AttemptReport(now, report.outcome(), report.used())));
                    ready = ready.and(result.ready());
                    if (!result.accepted().isEmpty()) {
                        accepted.add(report.hold());
                    }
                }
                return new ReportResult(accepted, ready);
            }));
        }
    },
    NO_FENCE_IN_CHECKPOINTS {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(
                    CheckpointStore.class,
                    ports.checkpoints(),
                    "save",
                    arguments -> ports.checkpoints()
                            .save(
                                    current(ports.runs(), faults, (Hold) arguments[0]),
                                    (String) arguments[1],
                                    (Json) arguments[2],
                                    (int) arguments[3],
                                    (Usage) arguments[4])));
        }
    },
    /** What was used before a checkpoint is known to the worker alone, until its next heartbeat. */
    NO_USAGE_IN_CHECKPOINTS {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(
                    CheckpointStore.class,
                    ports.checkpoints(),
                    "save",
                    arguments -> ports.checkpoints()
                            .save((Hold) arguments[0], (String) arguments[1], (Json) arguments[2], (int)
                                    arguments[3])));
        }
    },
    NO_FENCE_IN_STEPS {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(
                    CheckpointStore.class,
                    ports.checkpoints(),
                    "saveStep",
                    arguments -> ports.checkpoints()
                            .saveStep(current(ports.runs(), faults, (Hold) arguments[0]), (String) arguments[1], (Json)
                                    arguments[2])));
        }
    },
    NO_FENCE_FOR_CHILDREN {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(
                    ChildStore.class,
                    ports.children(),
                    "submit",
                    arguments -> ports.children()
                            .submit(current(ports.runs(), faults, (Hold) arguments[0]), (ChildSpec) arguments[1])));
        }
    },
    /** Each attempt has children of its own. */
    NO_KEYS_OF_CHILDREN {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(ChildStore.class, ports.children(), "submit", arguments -> {
                Hold hold = (Hold) arguments[0];
                ChildSpec child = (ChildSpec) arguments[1];
                String key = child.key() + " of " + hold.epoch();
                return ports.children().submit(hold, new ChildSpec(key, child.type(), child.target(), child.input()));
            }));
        }
    },
    /** Whoever waits for children is sent out again at once. */
    NO_WAITING {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(TaskStore.class, ports.tasks(), "report", arguments -> {
                @SuppressWarnings("unchecked")
                List<AttemptReport> reports = (List<AttemptReport>) arguments[0];
                return ports.tasks()
                        .report(reports.stream()
                                .map(report -> report.outcome() instanceof AttemptReport.Outcome.Awaiting
                                        ? new AttemptReport(
                                                report.hold(),
                                                new AttemptReport.Outcome.HandedBack("impatient", Duration.ZERO),
                                                report.used())
                                        : report)
                                .toList());
            }));
        }
    },
    NO_OUTAGE_CREDIT {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            Duration neverLongAgo = Pace.LEASE.multipliedBy(1_000);
            return ports.with(replaced(
                    Recovery.class,
                    ports.recovery(),
                    "reap",
                    arguments -> ports.recovery().reap(neverLongAgo, (int) arguments[1], (int) arguments[2])));
        }
    },
    NO_REAPER {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(
                    Recovery.class,
                    ports.recovery(),
                    "reap",
                    arguments -> new Recovery.Round(0, List.of(), 0, 0, Ready.NOTHING)));
        }
    },
    NO_RESENDING {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(Dispatch.class, ports.dispatch(), "due", arguments -> List.of()));
        }
    },
    NO_DISOWNING {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(TaskStore.class, ports.tasks(), "disown", arguments -> Ready.NOTHING));
        }
    },
    /** Takes back too much: what the worker holds and knows of. */
    DISOWNS_EVERYTHING {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports.with(replaced(TaskStore.class, ports.tasks(), "disown", arguments -> {
                Collection<Hold> nothing = new ArrayList<>();
                return ports.tasks().disown((String) arguments[0], nothing);
            }));
        }
    },
    /** Its workers leave what they cannot begin to a lease that they go on renewing. */
    KEEPS_WHAT_CANNOT_BEGIN {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }
    },
    NO_SELF_FENCE {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }
    },
    /** What can stand still works on while its worker cannot be sure of its lease. */
    NEVER_FREEZES {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }

        @Override
        Move instead(Move move, CutOffDecisions.Body does) {
            return move == Move.FREEZE ? Move.NOTHING : move;
        }
    },
    /** What stands still never goes on, though its worker is trusted again. */
    NEVER_THAWS {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }

        @Override
        Move instead(Move move, CutOffDecisions.Body does) {
            return move == Move.THAW ? Move.NOTHING : move;
        }
    },
    /** What stands still goes on when its worker is heard again, whosever its task is by then. */
    THAWS_WHAT_IS_LOST {
        @Override
        Ports breaks(Ports ports, StoreFaults faults) {
            return ports;
        }

        @Override
        Move instead(Move move, CutOffDecisions.Body does) {
            return move == Move.GIVE_UP && does instanceof CutOffDecisions.Body.StandsStill ? Move.THAW : move;
        }
    };

    /** What replaces one method. */
    interface Body {
        Object call(Object[] arguments);
    }

    abstract Ports breaks(Ports ports, StoreFaults faults);

    /** What a worker does in place of what was decided by its standing. */
    Move instead(Move move, CutOffDecisions.Body does) {
        return move;
    }

    private static Hold current(RunStore runs, StoreFaults faults, Hold hold) {
        long[] epoch = {hold.epoch()};
        faults.observe(() ->
                epoch[0] = runs.task(hold.taskId()).map(RunView.Task::epoch).orElse(hold.epoch()));
        return new Hold(hold.taskId(), epoch[0]);
    }

    /** The port with one method replaced. */
    private static <T> T replaced(Class<T> port, T real, String method, Body body) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, called, args) -> {
            if (called.getName().equals(method)) {
                return body.call(args);
            }
            try {
                return called.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }));
    }
}
