package io.orchestrator.engine;

import static org.awaitility.Awaitility.await;

import io.orchestrator.agent.AgentContext;
import io.orchestrator.json.Json;
import io.orchestrator.queue.redis.RedisSettings;
import io.orchestrator.store.Hold;
import io.orchestrator.store.RunView;
import io.orchestrator.store.postgres.DatabaseUrl;
import io.orchestrator.store.postgres.PlantedFault;
import io.orchestrator.store.postgres.PlantedStore;
import io.orchestrator.testing.servers.TestServers;
import io.orchestrator.time.SystemTicks;
import io.orchestrator.worker.WorkerPool;
import io.orchestrator.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * A worker is stopped inside its steps, one task for each {@link Door}; its lease passes; another worker takes the tasks
 * over and is in the middle of them when the first one is woken and tries the doors. Only then may the second finish.
 * Every step waits for the one before it, so that the outcome does not depend on speed.
 */
final class ZombieStory implements AutoCloseable {
    private static final Duration LONG_LEASE = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DatabaseUrl url = TestServers.newDatabase();
    private final Path journal;
    private final Engine engine;
    private final ObservedTasks zombieTasks;
    private final PausableLease zombieLease;
    private final Set<String> violations = ConcurrentHashMap.newKeySet();
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final CountDownLatch begun = new CountDownLatch(Door.values().length);
    private final CountDownLatch takenOver = new CountDownLatch(Door.values().length);
    private final CountDownLatch tried = new CountDownLatch(Door.values().length);
    private final CountDownLatch wake = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    ZombieStory(Path journal, PlantedFault... faults) {
        this.journal = journal;
        this.engine = new Engine(
                url,
                LONG_LEASE,
                PlantedStore.open(url, List.of(faults), Engine.newIds()),
                RedisSettings.of(TestServers.redisUrl()));
        this.zombieTasks = ObservedTasks.of(engine.store.tasks());
        this.zombieLease = new PausableLease(engine.store.leases(), new SystemTicks());
        for (Door door : Door.values()) {
            engine.agent(door.name(), context -> attempt(door, context));
        }
    }

    /** Tells the story; what went against the promise, by the scenario's own eyes and by the checker's. */
    Set<String> violations() throws InterruptedException {
        int slots = Door.values().length;
        WorkerSettings settings = WorkerSettings.DEFAULT.withConcurrency(slots).withLease(LONG_LEASE);
        engine.scheduler.start();
        engine.timer.start();
        WorkerPool zombie = engine.newPool(settings, zombieTasks, zombieLease, engine.redis.taskQueue(), zombieLease);
        zombie.start();
        String runId = engine.submit("{'name':'z','budgets':{'tokens':1000000},'retry':{'base':'PT0.01S'},"
                + "'phases':[{'phase':'A','parallelism':" + slots
                + ",'agents':["
                + Arrays.stream(Door.values()).map(d -> "'" + d + "'").collect(Collectors.joining(",")) + "]}]}");
        begun.await();
        zombieLease.pause();
        TestServers.execute(
                url,
                "UPDATE leases SET until = clock_timestamp() - interval '1 s' WHERE worker_id = '"
                        + zombie.getStats().workerId() + "'");
        // Its own heartbeats would hide what the zombie's have done to the rows.
        ObservedTasks silent = ObservedTasks.silent(engine.store.tasks());
        WorkerPool second = engine.newPool(
                settings.withConcurrency(2 * slots),
                silent,
                engine.store.leases(),
                engine.redis.taskQueue(),
                new SystemTicks());
        second.start();
        takenOver.await();
        // It takes nothing new while any of its attempts goes on, such as what a zombie was able to put back.
        zombie.scale(1);
        wake.countDown();
        tried.await();
        await().atMost(PATIENCE).until(() -> zombie.getStats().running() == 0);
        awaitThatItKnowsWhatItHolds(second);
        mayEnd.countDown();
        judge(engine.awaitEnd(runId));
        return new TreeSet<>(violations);
    }

    /** Whose task a zombie was able to end has to stop, or its own end would hide that from the checker. */
    private void awaitThatItKnowsWhatItHolds(WorkerPool second) {
        second.checkTrust();
        await().atMost(PATIENCE).until(() -> second.getStats().running() == running());
    }

    private int running() throws SQLException {
        try (Connection connection = TestServers.connect(url);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM live_tasks WHERE state = 'running'")) {
            count.next();
            return count.getInt(1);
        }
    }

    private Json attempt(Door door, AgentContext context) throws Exception {
        write("start", context);
        if (taken.add(context.task().id())) {
            begun.countDown();
            wake.await();
            return beZombie(door, context);
        }
        takenOver.countDown();
        mayEnd.await();
        write("finish", context);
        return Json.of("second");
    }

    private Json beZombie(Door door, AgentContext context) throws Exception {
        Hold hold = new Hold(context.task().id(), context.task().epoch());
        if (door.answer() == Door.Answer.TO_THE_REPORT) {
            Thread.ofVirtual().start(() -> awaitVerdict(door, hold));
            door.tryIt(context);
        } else {
            try {
                door.tryIt(context);
                lookWhatItDid(door, hold);
            } finally {
                tried.countDown();
            }
        }
        write("finish", context);
        return Json.of("zombie");
    }

    private void lookWhatItDid(Door door, Hold hold) throws SQLException {
        if (door.answer() == Door.Answer.AT_ONCE) {
            violations.add("accepted " + door);
        } else {
            lookAtTheRow(door, hold);
        }
    }

    private void awaitVerdict(Door door, Hold hold) {
        await().atMost(PATIENCE).until(() -> zombieTasks.verdict(hold).isPresent());
        if (zombieTasks.verdict(hold).orElseThrow()) {
            violations.add("accepted " + door);
        }
        tried.countDown();
    }

    private void lookAtTheRow(Door door, Hold hold) throws SQLException {
        await().atMost(PATIENCE).until(() -> zombieTasks.hasBeaten(hold, "zombie"));
        try (Connection connection = TestServers.connect(url);
                PreparedStatement query = connection.prepareStatement(
                        "SELECT FROM live_tasks WHERE task_id = ? AND message = 'zombie'")) {
            query.setString(1, hold.taskId());
            try (ResultSet changed = query.executeQuery()) {
                if (changed.next()) {
                    violations.add("accepted " + door);
                }
            }
        }
    }

    private void judge(RunView end) {
        end.phases().getFirst().tasks().stream()
                .filter(task -> !task.output().equals(Optional.of(Json.of("second"))))
                .forEach(task -> violations.add("result of " + task.name()));
        violations.addAll(Judgement.of(url, journal));
    }

    private void write(String kind, AgentContext context) throws IOException {
        Files.writeString(
                journal,
                Json.object(
                                        "kind", kind,
                                        "task", context.task().id(),
                                        "epoch", context.task().epoch(),
                                        "resumeSeq",
                                                context.resume()
                                                        .map(c -> c.seq())
                                                        .orElse(0L))
                                .toString()
                        + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void close() {
        wake.countDown();
        mayEnd.countDown();
        engine.close();
    }
}
