package io.orchestrator.server;

import io.orchestrator.server.WatchedConnection.Look;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections that hold a place of a connector without getting anywhere: heads and bodies that dribble in, answers
 * that nobody reads. Jetty's idle timeout does not see these, as each byte renews it. Where places run out, connections that
 * wait for a request are closed, so that whoever comes anew is always let in. Requests under way are spared, and so are
 * streams. Starts and stops with its connector.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionGuard.class);
    private static final Duration ROUND = Duration.ofMillis(500);
    /** While places run out; what waits to be let in came after those that took them. */
    private static final Duration PRESSED = Duration.ofMillis(50);

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final ServerConnector connector;
    private final HttpLimits limits;
    private final Ticks ticks;
    /** Belongs to the round that runs. */
    private Map<EndPoint, WatchedConnection> watched = new HashMap<>();

    private long closed;
    private long warnAtNanos;
    private volatile Scheduler.@Nullable Task next;

    private record Dispensable(EndPoint endPoint, long quietNanos) {}

    ConnectionGuard(ServerConnector connector, HttpLimits limits, Ticks ticks) {
        this.connector = connector;
        this.limits = limits;
        this.ticks = ticks;
        this.warnAtNanos = ticks.nanos();
    }

    @Override
    protected void doStart() {
        schedule(ROUND);
    }

    @Override
    protected void doStop() {
        Scheduler.Task present = next;
        if (present != null) {
            present.cancel();
        }
    }

    private void schedule(Duration after) {
        next = connector.getScheduler().schedule(this, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        boolean pressed = false;
        try {
            pressed = round(ticks.nanos());
        } catch (RuntimeException e) {
            LOG.warn("a look at the connections of {} failed; the next one is made all the same", connector, e);
        } finally {
            if (isRunning()) {
                schedule(pressed ? PRESSED : ROUND);
            }
        }
    }

    /** Whether places run out. */
    private boolean round(long now) {
        Map<EndPoint, WatchedConnection> present = new HashMap<>();
        List<Dispensable> dispensable = new ArrayList<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint instanceof AbstractEndPoint known && known.getConnection() != null) {
                Look look = look(known, known.getConnection());
                WatchedConnection connection = watched.getOrDefault(known, new WatchedConnection(now));
                Optional<String> fault = connection.judge(look, limits, now);
                if (fault.isPresent()) {
                    close(known, fault.get());
                } else {
                    present.put(known, connection);
                    if (WatchedConnection.isDispensable(look)) {
                        dispensable.add(new Dispensable(known, connection.quietNanos(now)));
                    }
                }
            }
        }
        watched = present;
        boolean pressed = present.size() > limits.connections() - limits.connections() / 10;
        if (pressed) {
            makeRoom(present.size() - limits.connections() * 3 / 4, dispensable);
        }
        warn(now);
        return pressed;
    }

    private void makeRoom(int tooMany, List<Dispensable> dispensable) {
        dispensable.sort(Comparator.comparingLong(Dispensable::quietNanos).reversed());
        dispensable.stream()
                .limit(tooMany)
                .forEach(idle -> close(idle.endPoint, "nine of ten places are taken, and it waited for a request"));
    }

    private void close(EndPoint endPoint, String why) {
        closed++;
        endPoint.close(new TimeoutException("closed: " + why));
    }

    /** Tells of what was closed at most once a minute: a flood of connections is not to become one of lines. */
    private void warn(long now) {
        if (closed > 0 && now - warnAtNanos >= 0) {
            LOG.warn("connections that took places without asking anything were closed, of late: {}", closed);
            closed = 0;
            warnAtNanos = now + BETWEEN_WARNINGS.toNanos();
        }
    }

    private static Look look(AbstractEndPoint endPoint, Connection connection) {
        return new Look(
                connection.getBytesIn(),
                connection.getBytesOut(),
                connection.getMessagesIn(),
                connection.getMessagesOut(),
                endPoint.isFillInterested(),
                endPoint.getWriteFlusher().isPending());
    }
}
