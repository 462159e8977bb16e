package io.orchestrator.queue.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A master with two replicas, and three sentinels of which two have to agree on a failover. */
public final class TestSentinels implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestRedis master = TestRedis.start();
    private final List<TestRedis> replicas = new ArrayList<>();
    private final List<TestRedis> sentinels = new ArrayList<>();

    private TestSentinels() {}

    /** Returns when every sentinel knows both replicas and the two other sentinels. */
    public static TestSentinels start() {
        TestSentinels all = new TestSentinels();
        for (int i = 0; i < 2; i++) {
            all.replicas.add(TestRedis.start("--replicaof", "127.0.0.1", all.master.port()));
        }
        for (TestRedis replica : all.replicas) {
            await().atMost(PATIENCE)
                    .until(() -> replica.ask(commands -> commands.info("replication"))
                            .contains("master_link_status:up"));
        }
        IntStream.range(0, 3).forEach(i -> all.sentinels.add(TestRedis.startSentinel(all.master, 2)));
        for (TestRedis sentinel : all.sentinels) {
            await().atMost(PATIENCE)
                    .until(
                            () -> sentinel.ask(commands -> commands.info("sentinel")),
                            info -> info.contains("slaves=2,sentinels=3"));
        }
        return all;
    }

    public String url() {
        return "redis-sentinel://"
                + sentinels.stream().map(s -> "127.0.0.1:" + s.port()).collect(Collectors.joining(",")) + "/0#main";
    }

    /** The first master keeps its connections and answers nobody. */
    public void pauseFirstMaster() {
        master.pause();
    }

    public void resumeFirstMaster() {
        master.resume();
    }

    /** Waits until the first master is somebody's replica. */
    public void awaitThatItIsAReplica() {
        await().atMost(PATIENCE)
                .until(() ->
                        master.ask(commands -> commands.info("replication")).contains("role:slave"));
    }

    /** Waits until the sentinels name another master than the first one. */
    public void awaitFailover() {
        await().atMost(PATIENCE)
                .until(() -> sentinels.stream()
                        .noneMatch(s -> s.ask(commands -> commands.info("sentinel"))
                                .contains("address=127.0.0.1:" + master.port() + ",")));
    }

    @Override
    public void close() {
        sentinels.forEach(TestRedis::close);
        replicas.forEach(TestRedis::close);
        master.close();
    }
}
