package io.orchestrator.store;

import io.orchestrator.queue.Ticket;
import java.time.Duration;
import java.util.List;

/** The dispatcher's side: what is queued and nobody has taken. Thread-safe, for any number of dispatchers at once. */
public interface Dispatch {
    /** A ticket is sent right after the commit that makes its task ready; it is due here only if that was lost. */
    Duration GRACE = Duration.ofSeconds(2);

    /** Up to {@code max} tickets that are due to be sent again; each is due again after about {@code again}. */
    List<Ticket> due(int max, Duration again);

    /** How full the lanes are, highest first. */
    List<LaneDepth> lanes();

    /** Makes everything that is queued due, within {@code spread} from now, after the queue has lost its memory. */
    int everythingIsDue(Duration spread);
}
