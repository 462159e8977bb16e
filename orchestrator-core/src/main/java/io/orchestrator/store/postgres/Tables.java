package io.orchestrator.store.postgres;

/** One of each; they have no state. */
final class Tables {
    final RunsTable runs = new RunsTable();
    final PhasesTable phases = new PhasesTable();
    final TasksTable tasks = new TasksTable();
    final LiveTasksTable live = new LiveTasksTable();
    final EventsTable events = new EventsTable();
    final TimersTable timers = new TimersTable();
    final CheckpointsTable checkpoints = new CheckpointsTable();
    final StepsTable steps = new StepsTable();
    final WorkersTable workers = new WorkersTable();
    final LeasesTable leases = new LeasesTable();
    final RoundsTable reaperRounds = new RoundsTable();
    final Fallbacks fallbacks = new Fallbacks();
    final PhaseRounds rounds = new PhaseRounds();
    final BreakersTable breakers = new BreakersTable();
    final GatesTable gates = new GatesTable();
    final PhaseWaiting waiting = new PhaseWaiting();
    final BudgetsTable budgets = new BudgetsTable();
    final TaskLogsTable logs = new TaskLogsTable();
    final SchedulesTable schedules = new SchedulesTable();

    EventLog newLog() {
        return new EventLog(events);
    }
}
