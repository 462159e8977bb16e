package io.orchestrator.lab.chaos;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.plan.PlanReader;
import io.orchestrator.queue.redis.RedisQueues;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.run.Ids;
import io.orchestrator.service.Announcer;
import io.orchestrator.store.RunRequest;
import io.orchestrator.store.StoreUnavailable;
import io.orchestrator.store.Submission;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PostgresStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Submits plans, evenly over a time, through links that break: what was not answered is submitted again under the same
 * key until it is. Each answer is written to the journal.
 */
final class Load implements AutoCloseable {
    private static final Duration BEFORE_TRYING_AGAIN = Duration.ofMillis(200);

    private final List<Plans.Sized> plans;
    private final Duration over;
    private final Scene scene;
    private final Links links;
    private final Ticks ticks;
    private final PostgresStore store;
    private final RedisQueues queues;
    private final Thread thread = Thread.ofPlatform().name("load").daemon().unstarted(this::submitAll);
    private volatile int submitted;
    private volatile boolean closed;

    Load(long seed, int tasks, Duration over, Scene scene, Links links, Ticks ticks) {
        this.plans = Plans.of(seed, tasks);
        this.over = over;
        this.scene = scene;
        this.links = links;
        this.ticks = ticks;
        this.store = PostgresStore.open(
                DatabaseUrl.parse(links.databaseUrl()), "chaos-load", 2, new Ids(new SystemClock(), new Random()));
        this.queues = RedisQueues.open(RedisSettings.of(links.redisUrl()));
    }

    void start() {
        thread.start();
    }

    Links links() {
        return links;
    }

    /** Whether everything has been accepted. */
    boolean isDone() {
        return submitted == plans.size();
    }

    private void submitAll() {
        long begin = ticks.nanos();
        Announcer announcer = new Announcer(queues.taskQueue(), queues.hints());
        for (int i = 0; i < plans.size() && !closed; i++) {
            long at = begin + over.toNanos() / plans.size() * i;
            while (ticks.nanos() < at && !closed) {
                LockSupport.parkNanos(at - ticks.nanos());
            }
            submit(announcer, plans.get(i).document(), "chaos-" + i);
            submitted = i + 1;
        }
    }

    private void submit(Announcer announcer, Json plan, String key) {
        Json inputs = Json.object("scene", scene.directory().toString());
        RunRequest request =
                new RunRequest(PlanReader.read(plan), plan, inputs, AgentsFile.EMPTY.toJson(), Optional.of(key));
        while (!closed) {
            try {
                Submission accepted = store.runs().submit(request);
                scene.journal(Json.object("kind", "submitted", "run", accepted.runId(), "key", key));
                announcer.announce(accepted.ready());
                return;
            } catch (StoreUnavailable e) {
                LockSupport.parkNanos(BEFORE_TRYING_AGAIN.toNanos());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        queues.close();
        store.close();
        links.close();
    }
}
