package io.orchestrator.sim;

import io.orchestrator.agent.Usage;
import java.math.BigDecimal;
import java.time.Duration;

/** The engine's times, stretched by 60 or more: a lease of 15 s is one of 15 minutes. In milliseconds unless it says otherwise. */
final class Pace {
    static final long SECOND = 1_000;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;

    static final Duration LEASE = Duration.ofMinutes(15);
    static final long LEASE_MS = LEASE.toMillis();
    static final long RENEW = LEASE_MS / 3;
    static final long RENEW_AGAIN = MINUTE / 2;
    static final long FENCE_LOOK = 12 * SECOND;
    /** Less than the longest time a process is cut off. */
    static final Duration FROZEN_AT_MOST = LEASE.multipliedBy(2);

    static final long REAP = LEASE_MS / 10;
    static final long DISPATCH = 2 * MINUTE;
    static final Duration RESEND = Duration.ofMinutes(30);
    static final Duration SPREAD = Duration.ofMinutes(2);
    static final long RECONCILE = 5 * MINUTE;
    static final long TIMER_CHECK = 10 * MINUTE;
    static final long POLL = 2 * MINUTE;
    static final long QUEUE_IS_AWAY = 2 * MINUTE;
    static final long HEARTBEAT = HOUR;
    static final long WRITE_AGAIN = 15 * SECOND;
    static final long GRACE = 3 * MINUTE;
    static final int MAX_CLAIMS = 5;
    static final int KEEP_CHECKPOINTS = 5;
    static final Usage USED_BY_A_STEP = new Usage(10, new BigDecimal("0.01"), 5);

    /** Faults come until then; after it everything has to come to its end. */
    static final long FAULTS_UNTIL = 50 * HOUR;

    /** Longer than all steps of a task with its waits and recoveries: a run whose log stands still for so long, without faults, is stuck. */
    static final long STUCK_AFTER = 30 * HOUR;

    private Pace() {}
}
