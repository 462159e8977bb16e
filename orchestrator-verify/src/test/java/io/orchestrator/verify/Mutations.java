package io.orchestrator.verify;

import java.util.List;
import java.util.stream.Stream;

/** At least one damage for every rule that reads the database or the journal. */
final class Mutations {
    private Mutations() {}

    static List<Mutation> all() {
        return Stream.of(
                        tasks(),
                        epochs(),
                        effects(),
                        checkpoints(),
                        usage(),
                        timers(),
                        retries(),
                        deadlines(),
                        stages(),
                        families(),
                        rounds(),
                        rest())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutation> tasks() {
        return List.of(
                Mutation.of("live-or-ended", "DELETE FROM live_tasks WHERE task_id = '${live.pending}'"),
                Mutation.of(
                                "live-or-ended",
                                "INSERT INTO live_tasks (task_id, run_id, phase_id, ordinal, lane, state, released_at, epoch, checkpoint_seq)"
                                        + " SELECT id, run_id, phase_id, ordinal, 1, 'queued', now(), epoch, 3 FROM tasks WHERE id = '${done.task}'")
                        .alsoBreaks("ended-with-open-parts"),
                Mutation.of(
                        "live-in-its-phase",
                        "UPDATE live_tasks SET run_id = '${retrying.run}' WHERE task_id = '${live.pending}'"),
                Mutation.of("end-is-whole", "UPDATE tasks SET output = '1' WHERE id = '${live.pending}'"),
                Mutation.of(
                        "one-ending-event",
                        "UPDATE events SET kind = 'task.lost' WHERE task_id = '${done.second}' AND kind = 'task.completed'"),
                Mutation.of(
                                "one-ending-event",
                                "INSERT INTO events (run_id, seq, kind, task_id, epoch, attempt) SELECT run_id, 99, 'task.completed', id, epoch, attempt"
                                        + " FROM tasks WHERE id = '${done.second}'")
                        .alsoBreaks("event-numbers"),
                Mutation.of(
                        "one-ending-event",
                        "UPDATE events SET kind = 'task.failed', task_id = '${retried.task}' WHERE run_id = '${retried.run}'"
                                + " AND seq = (SELECT min(seq) FROM events WHERE run_id = '${retried.run}' AND kind = 'phase.failed')"),
                Mutation.of(
                                "one-ending-event",
                                "UPDATE events SET kind = 'task.failed', task_id = '${back.task}', epoch = 99, attempt = 1"
                                        + " WHERE run_id = '${back.run}' AND kind = 'phase.reopened'")
                        .alsoBreaks("epoch-above-current"),
                Mutation.of(
                                "event-of-a-task",
                                "UPDATE events SET task_id = 'task-lost' WHERE task_id = '${dead.task}' AND kind = 'task.reclaimed'")
                        .alsoBreaks("dead-for-a-reason"),
                Mutation.ofJournal("accepted-run", "{'kind':'submitted','run':'run-lost'}"),
                Mutation.ofJournal("journalled-task", "{'task':'task-lost'}"));
    }

    private static List<Mutation> epochs() {
        return List.of(
                Mutation.of(
                        "epoch-falls",
                        "UPDATE events SET epoch = 1 WHERE task_id = '${dead.task}' AND kind = 'task.reclaimed' AND epoch = 6"),
                Mutation.of("epoch-above-current", "UPDATE live_tasks SET epoch = 0 WHERE task_id = '${live.task}'"),
                Mutation.of(
                        "end-under-its-epoch",
                        "UPDATE events SET attempt = 7 WHERE task_id = '${done.second}' AND kind = 'task.completed'"),
                Mutation.of(
                        "one-worker-an-epoch",
                        "UPDATE events SET worker_id = 'worker-x' WHERE task_id = '${done.second}' AND kind = 'task.completed'"),
                Mutation.ofJournal(
                        "one-start-an-epoch",
                        "{'kind':'start','task':'${live.task}','epoch':1,'worker':'worker-x','resumeSeq':0}"));
    }

    private static List<Mutation> effects() {
        return List.of(
                Mutation.ofJournal(
                        "keyed-effect-once",
                        "{'task':'${done.task}','epoch':2,'key':'${done.task}/1','keyed':true,'step':'1'}"),
                Mutation.ofJournal("key-of-one-task", "{'task':'${done.second}','key':'${done.task}/1'}"),
                Mutation.ofJournal("all-steps", "{'task':'${done.third}','of':2,'step':'1','key':'k'}"),
                Mutation.ofJournal("finish-of-its-epoch", "{'kind':'finish','task':'${done.third}','epoch':9}"));
    }

    private static List<Mutation> checkpoints() {
        return List.of(
                Mutation.of("checkpoint-gap", "DELETE FROM checkpoints WHERE task_id = '${live.task}' AND seq = 2"),
                Mutation.of("checkpoint-newest", "DELETE FROM checkpoints WHERE task_id = '${live.task}' AND seq = 3"),
                Mutation.of(
                                "checkpoint-epoch-falls",
                                "UPDATE checkpoints SET epoch = 2 WHERE task_id = '${done.task}' AND seq = 1")
                        .alsoBreaks("saved-as-told"),
                Mutation.of(
                        "checkpoint-of-a-task",
                        "INSERT INTO checkpoints (task_id, seq, epoch, token, data, size_bytes) VALUES ('task-lost', 1, 1, 't', '1', 1)"),
                Mutation.ofJournal(
                        "resumed-from-newest", "{'kind':'start','task':'${done.task}','epoch':2,'resumeSeq':1}"),
                Mutation.ofJournal(
                        "resumed-from-newest", "{'kind':'start','task':'${live.task}','epoch':1,'resumeSeq':1}"),
                Mutation.ofJournal("saved-as-told", "{'kind':'checkpoint','task':'${done.task}','epoch':1,'seq':3}"),
                Mutation.ofJournal("saved-as-told", "{'kind':'checkpoint','task':'${done.task}','epoch':2,'seq':4}"));
    }

    private static List<Mutation> families() {
        return List.of(
                Mutation.of(
                        "children-counted",
                        "UPDATE live_tasks SET children = children + 1 WHERE task_id = '${waiting.task}'"),
                Mutation.of(
                        "children-counted",
                        "UPDATE live_tasks SET children = 2, open_children = 2 WHERE task_id = '${waiting.task}'"),
                Mutation.of("waits-in-vain", "UPDATE tasks SET parent_id = NULL WHERE id = '${waiting.child}'")
                        .alsoBreaks("children-counted", "child-in-its-family", "places-in-use"),
                Mutation.of(
                                "outlives-its-parent",
                                "UPDATE tasks SET parent_id = '${done.task}' WHERE id = '${waiting.child}'")
                        .alsoBreaks("children-counted", "child-in-its-family", "waits-in-vain"),
                Mutation.of("child-in-its-family", "UPDATE tasks SET step = 1 WHERE id = '${family.good}'"),
                Mutation.of("phase-counters", "UPDATE phases SET failed_children = 0 WHERE id = '${family.phase}'"));
    }

    private static List<Mutation> usage() {
        return List.of(
                Mutation.of("run-usage", "UPDATE runs SET tokens = tokens + 1 WHERE id = '${done.run}'"),
                Mutation.of("run-usage", "UPDATE runs SET cost_usd = cost_usd + 0.001 WHERE id = '${live.run}'"),
                Mutation.of("phase-usage", "UPDATE phases SET tool_ms = 0 WHERE id = '${done.phase}'"),
                Mutation.ofJournal(
                        "usage-told-is-booked",
                        "{'kind':'usage','task':'${done.task}','epoch':2,'tokens':1,'step':'3'}"),
                Mutation.ofJournal(
                                "usage-told-is-booked",
                                "{'kind':'usage','task':'${live.task}','epoch':0,'tokens':9}",
                                "{'kind':'checkpoint','task':'${live.task}','epoch':0,'seq':1}")
                        .alsoBreaks("saved-as-told"),
                Mutation.of("usage-booked-is-told", "UPDATE tasks SET tokens = tokens + 1 WHERE id = '${done.task}'")
                        .alsoBreaks("run-usage", "phase-usage"),
                Mutation.of(
                        "checkpoint-usage",
                        "UPDATE checkpoints SET tokens = tokens + 100000 WHERE task_id = '${live.task}'"),
                Mutation.of(
                        "checkpoint-usage",
                        "UPDATE checkpoints SET cost_usd = cost_usd + 100 WHERE task_id = '${done.task}'"),
                Mutation.of(
                        "checkpoint-usage", "UPDATE checkpoints SET tool_ms = 9000000 WHERE task_id = '${live.task}'"),
                Mutation.of(
                        "budget-ledger", "UPDATE budgets SET tokens = tokens + 1 WHERE scope_id = '${broke.phase}'"),
                Mutation.of(
                        "budget-exhausted-in-time",
                        "UPDATE budgets SET exhausted_at = NULL WHERE scope_id = '${broke.phase}'"),
                Mutation.of(
                        "budget-exhausted-in-time",
                        "UPDATE budgets SET tokens_limit = 11 WHERE scope_id = '${broke.phase}'"),
                Mutation.of(
                                "budget-stops-its-stage",
                                "UPDATE budgets SET scope_id = '${done.phase}', run_id = '${done.run}' WHERE scope_id = '${broke.phase}'")
                        .alsoBreaks("budget-ledger"),
                Mutation.of("phase-time", "UPDATE phases SET busy_ms = busy_ms + 1 WHERE id = '${done.phase}'"));
    }

    private static List<Mutation> timers() {
        return List.of(
                Mutation.of(
                        "timer-overdue",
                        "UPDATE timers SET fire_at = now() - interval '61 s' WHERE task_id = '${retrying.task}'"),
                Mutation.of(
                                "retry-without-effect",
                                "UPDATE timers SET state = 'fired', fired_at = fire_at WHERE task_id = '${retrying.task}'")
                        .alsoBreaks("retry-has-a-timer"),
                Mutation.of("retry-has-a-timer", "DELETE FROM timers WHERE task_id = '${retrying.task}'"),
                Mutation.of(
                        "timebox-has-a-timer",
                        "UPDATE runs SET deadline = now() + interval '1 h' WHERE id = '${retrying.run}'"),
                Mutation.of(
                        "timebox-has-a-timer",
                        "UPDATE phases SET deadline = now() + interval '1 h' WHERE run_id = '${retrying.run}' AND state = 'running'"),
                Mutation.of(
                        "one-retry-an-epoch",
                        "INSERT INTO timers (kind, run_id, phase_id, task_id, expect_epoch, fire_at, state, fired_at)"
                                + " SELECT kind, run_id, phase_id, task_id, expect_epoch, fire_at, state, fired_at"
                                + " FROM timers WHERE task_id = '${done.task}' AND kind = 'retry'"),
                Mutation.of(
                        "timer-of-the-living",
                        "INSERT INTO timers (kind, run_id, phase_id, task_id, fire_at) VALUES"
                                + " ('task_timeout', '${done.run}', '${done.phase}', '${done.task}', now() + interval '1 h')"),
                Mutation.of(
                        "timer-of-the-living",
                        "INSERT INTO timers (kind, run_id, fire_at) VALUES ('run_timeout', '${late.run}', now() + interval '1 h')"));
    }

    private static List<Mutation> retries() {
        return List.of(
                Mutation.of(
                        "attempts-within-policy",
                        "UPDATE live_tasks SET attempt = 4 WHERE task_id = '${retrying.task}'"),
                Mutation.of(
                        "attempts-within-policy",
                        "UPDATE runs SET plan = jsonb_set(plan, '{phases,0,agents,0}',"
                                + " '{\"agent\":\"A\",\"retry\":{\"maxAttempts\":1}}') WHERE id = '${retrying.run}'"),
                Mutation.of(
                        "delay-not-shorter",
                        "UPDATE events SET data = '{\"delayMs\":3599999}' WHERE task_id = '${retrying.task}'"),
                Mutation.of(
                        "delay-not-longer",
                        "UPDATE events SET data = '{\"delayMs\":3700000,\"askedMs\":3650000}' WHERE task_id = '${retrying.task}'"),
                Mutation.of(
                        "not-tried-early",
                        "UPDATE timers SET fired_at = fire_at - interval '1 ms' WHERE task_id = '${done.task}' AND kind = 'retry'"));
    }

    private static List<Mutation> deadlines() {
        return List.of(
                Mutation.of(
                        "start-after-deadline",
                        "UPDATE live_tasks SET deadline = claimed_at - interval '3 s' WHERE task_id = '${live.task}'"),
                Mutation.of(
                        "start-after-deadline",
                        "UPDATE phases SET deadline = (SELECT started_at FROM tasks WHERE id = '${done.task}') - interval '3 s'"
                                + " WHERE id = '${done.phase}'"),
                Mutation.of(
                        "start-after-end",
                        "UPDATE phases SET finished_at = (SELECT started_at FROM tasks WHERE id = '${failed.task}') - interval '3 s'"
                                + " WHERE id = '${failed.phase}'"));
    }

    private static List<Mutation> stages() {
        return List.of(
                Mutation.of("phase-counters", "UPDATE phases SET completed = completed - 1 WHERE id = '${done.phase}'"),
                Mutation.of("phase-counters", "UPDATE phases SET open = open - 1 WHERE id = '${live.phase}'"),
                Mutation.of(
                                "ended-with-open-parts",
                                "UPDATE phases SET finished_at = now(), state = 'failed' WHERE id = '${live.phase}'")
                        .alsoBreaks("phase-events-once"),
                Mutation.of("completed-all-steps", "UPDATE phases SET step = 0 WHERE id = '${done.phase}'"),
                Mutation.of(
                                "phase-stuck",
                                "UPDATE phases SET state = 'running', finished_at = NULL WHERE id = '${failed.phase}'")
                        .alsoBreaks("ended-with-open-parts", "phase-events-once"),
                Mutation.of("places-in-use", "UPDATE phases SET parallelism = 1 WHERE id = '${live.phase}'"),
                Mutation.of("places-in-use", "UPDATE phases SET parallelism = 3 WHERE id = '${live.phase}'"),
                Mutation.of(
                                "phase-events-once",
                                "INSERT INTO events (run_id, seq, kind, phase_id) VALUES ('${failed.run}', 99, 'phase.failed', '${failed.phase}')")
                        .alsoBreaks("event-numbers"),
                Mutation.of(
                        "phase-events-once",
                        "UPDATE events SET kind = 'phase.failed' WHERE run_id = '${back.run}' AND kind = 'phase.reopened'"),
                Mutation.of(
                        "phase-events-once",
                        "UPDATE events SET kind = 'phase.x' WHERE phase_id = '${live.phase}' AND kind = 'phase.started'"),
                Mutation.of(
                                "taken-over-work",
                                "INSERT INTO events (run_id, seq, kind, phase_id) VALUES ('${failed.run}', 99, 'phase.taken_over', '${failed.phase}')")
                        .alsoBreaks("event-numbers"),
                Mutation.of(
                        "run-events-once",
                        "UPDATE events SET kind = 'run.failed' WHERE run_id = '${back.run}' AND kind = 'phase.reopened'"),
                Mutation.of(
                        "run-events-once",
                        "UPDATE events SET kind = 'run.failed' WHERE run_id = '${done.run}' AND kind = 'run.completed'"),
                Mutation.of(
                        "needs-before-start",
                        "UPDATE runs SET plan = jsonb_set(plan, '{phases,0,needs}', '[\"TWO\"]') WHERE id = '${done.run}'"));
    }

    private static List<Mutation> rounds() {
        return List.of(
                Mutation.of("task-of-its-round", "UPDATE tasks SET round = 3 WHERE id = '${again.first}'"),
                Mutation.of(
                        "rounds-within-policy",
                        "UPDATE runs SET plan = jsonb_set(plan, '{phases,0,onRubricMiss}', '\"fail\"') WHERE id = '${again.run}'"),
                Mutation.of(
                                "decided-once",
                                "INSERT INTO events (run_id, seq, kind, phase_id) VALUES ('${again.run}', 99, 'phase.decided', '${again.phase}')")
                        .alsoBreaks("event-numbers"),
                Mutation.of(
                        "decided-once",
                        "UPDATE events SET kind = 'phase.x' WHERE phase_id = '${held.phase}' AND kind = 'phase.holding'"),
                Mutation.of(
                        "fell-back-once",
                        "UPDATE events SET kind = 'task.x' WHERE task_id = '${again.first}' AND kind = 'task.fell_back'"),
                Mutation.of("fell-back-once", "UPDATE tasks SET fell_back = NULL WHERE id = '${again.first}'")
                        .alsoBreaks("resumed-from-newest"),
                Mutation.ofJournal(
                        "resumed-from-newest", "{'kind':'start','task':'${again.first}','epoch':2,'resumeSeq':1}"),
                // The busy time is put right, because that of another round may differ or not.
                Mutation.of("task-of-its-round", """
                        UPDATE phases p SET round = 1, busy_ms = (
                            SELECT sum((extract(epoch FROM t.finished_at - t.started_at) * 1000)::bigint) FROM tasks t
                             WHERE t.phase_id = p.id AND t.round = 1 AND t.outcome = 'completed')
                         WHERE p.id = '${again.phase}'
                        """));
    }

    private static List<Mutation> rest() {
        return List.of(
                Mutation.of("claims-within-limit", "UPDATE live_tasks SET claims = 6 WHERE task_id = '${live.task}'"),
                Mutation.of(
                        "dead-for-a-reason",
                        "UPDATE events SET kind = 'task.x' WHERE task_id = '${dead.task}' AND kind = 'task.reclaimed' AND epoch = 2"),
                Mutation.of("event-numbers", "DELETE FROM events WHERE run_id = '${live.run}' AND seq = 1")
                        .alsoBreaks("run-events-once"),
                Mutation.of(
                        "event-numbers",
                        "UPDATE events SET seq = seq - 1 WHERE run_id = '${late.run}' AND kind = 'run.timed_out'"),
                Mutation.of("event-numbers", "UPDATE runs SET event_seq = event_seq + 1 WHERE id = '${live.run}'"),
                Mutation.of(
                        "event-of-a-run",
                        "INSERT INTO events (run_id, seq, kind) VALUES ('run-lost', 1, 'run.submitted')"),
                Mutation.of("held-under-a-lease", "DELETE FROM leases WHERE worker_id = '${live.worker}'")
                        .alsoBreaks("lease-of-a-worker"),
                Mutation.of("lease-of-a-worker", "DELETE FROM workers WHERE id = '${idle.worker}'"),
                Mutation.of("lease-of-a-worker", "DELETE FROM leases WHERE worker_id = '${idle.worker}'"),
                Mutation.of(
                        "lease-taken-in-time",
                        "UPDATE leases SET until = now() - interval '31 s' WHERE worker_id = '${idle.worker}'",
                        "INSERT INTO rounds (service, at) VALUES ('reaper', now())"));
    }
}
