package io.orchestrator.scheduler;

import java.time.Duration;

/**
 * How a scheduler works.
 *
 * @param lease the workers' lease; how long nobody reaps after the reapers themselves were away is judged by it
 * @param maxClaims claims without progress after which a task ends as dead
 * @param dispatchEvery how often the dispatcher looks
 * @param resendAfter how long a ticket has to be overdue before it is sent again
 * @param enoughTickets while more than this wait in a lane, it is looked there before a ticket is sent again
 * @param readerDeadAfter how long a reader of the queue may be silent before it is removed and its tickets handed over
 */
public record SchedulerSettings(
        Duration lease,
        int maxClaims,
        Duration dispatchEvery,
        Duration resendAfter,
        int enoughTickets,
        Duration readerDeadAfter) {
    public static final SchedulerSettings DEFAULT = new SchedulerSettings(
            Duration.ofSeconds(15), 5, Duration.ofSeconds(1), Duration.ofSeconds(30), 1_000, Duration.ofMinutes(1));

    public SchedulerSettings withLease(Duration newLease) {
        return new SchedulerSettings(newLease, maxClaims, dispatchEvery, resendAfter, enoughTickets, readerDeadAfter);
    }

    public SchedulerSettings withReaderDeadAfter(Duration silence) {
        return new SchedulerSettings(lease, maxClaims, dispatchEvery, resendAfter, enoughTickets, silence);
    }
}
