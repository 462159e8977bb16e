package io.orchestrator.store;

import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The dispatcher's side: what is queued and nobody has taken. Thread-safe, for any number of dispatchers at once. */
public interface Dispatch {
    /** A ticket is sent right after the commit that makes its task ready; it is due here only if that was lost. */
    Duration GRACE = Duration.ofSeconds(2);

    /** Up to {@code max} tickets that are due to be sent again; each is due again after about what {@code again} has for its lane. */
    List<Ticket> due(int max, Function<Priority, Duration> again);

    /** The same, with one time for all lanes. */
    default List<Ticket> due(int max, Duration again) {
        return due(max, lane -> again);
    }

    /** How full the lanes are, highest first. */
    List<LaneDepth> lanes();

    /** Makes everything that is queued due, within {@code spread} from now, after the queue has lost its memory. */
    int everythingIsDue(Duration spread);
}
