package io.orchestrator.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Takes back what dead workers held and ends what must end. Thread-safe, for any number of schedulers at once. */
public interface Recovery {
    /**
     * What a round did.
     *
     * @param credited leases that were extended because the guards themselves had been away
     * @param lost workers whose lease was taken away
     */
    record Round(int credited, List<String> lost, int requeued, int buried, Ready ready) {
        public static final Round NOTHING = new Round(0, List.of(), 0, 0, Ready.NOTHING);

        public Round and(Round other) {
            List<String> all = new ArrayList<>(lost);
            all.addAll(other.lost);
            return new Round(
                    credited + other.credited,
                    List.copyOf(all),
                    requeued + other.requeued,
                    buried + other.buried,
                    ready.and(other.ready));
        }
    }

    /**
     * Takes away leases that have run out and puts their tasks back. When the last round of any reaper lies more than
     * half a lease back, all leases are credited once instead: an outage must not kill healthy work. Rows that somebody else
     * holds are passed over, and their workers with them, until a later round.
     *
     * @param maxClaims a task that was claimed this often without progress ends as dead
     */
    Round reap(Duration lease, int maxClaims, int maxWorkers);

    /** Takes away the leases of workers that are proven dead, without waiting for them to run out. */
    Round takeAway(Collection<String> workerIds, int maxClaims);

    /** Workers of this host and boot that have not said goodbye. */
    List<LeaseStore.WorkerInfo> workersOn(String host, String bootId);

    /** Workers that hold tasks and have no lease, which can only have been deleted: nobody waits for it to run out. */
    List<String> withoutLease();

    /** How many workers hold a lease that has not run out. */
    long liveWorkers();

    /**
     * Queues tasks that wait for a retry whose timer is not there: it was deleted, or cancelled behind the engine's back.
     * Looks at all live tasks, so it is not for every second.
     */
    Ready wakeForgotten(int max);

    /**
     * Lets go on what would wait for ever because somebody has changed or deleted rows, and ends runs that can neither go on
     * nor end because of it, each by itself. Looks at all live tasks, so it is not for every second.
     */
    Ready mend(int max);

    /** Ends tasks of phases and runs that are to end, and whatever that leads to; also mends stalled runs. */
    Ready sweep(int max);
}
