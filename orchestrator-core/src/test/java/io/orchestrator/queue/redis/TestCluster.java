package io.orchestrator.queue.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.Range;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three masters, each with a third of the slots. */
public final class TestCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int NODES = 3;

    private final List<TestRedis> nodes = new ArrayList<>();

    private TestCluster() {}

    /** Returns when every node knows of all slots. */
    public static TestCluster start() {
        TestCluster cluster = new TestCluster();
        for (int i = 0; i < NODES; i++) {
            cluster.nodes.add(TestRedis.start("--cluster-enabled", "yes"));
        }
        TestRedis first = cluster.nodes.getFirst();
        for (int i = 0; i < NODES; i++) {
            Range<Integer> slots = Range.create(i * SLOTS / NODES, (i + 1) * SLOTS / NODES - 1);
            TestRedis node = cluster.nodes.get(i);
            node.ask(commands -> addSlots(commands, slots));
            node.ask(commands -> commands.clusterMeet("127.0.0.1", Integer.parseInt(first.port())));
        }
        for (TestRedis node : cluster.nodes) {
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> node.ask(commands -> commands.clusterInfo()),
                            info -> info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + NODES));
        }
        return cluster;
    }

    @SuppressWarnings("unchecked")
    private static String addSlots(RedisCommands<String, String> commands, Range<Integer> slots) {
        return commands.clusterAddSlotsRange(slots);
    }

    public String url() {
        return "redis-cluster://"
                + nodes.stream().map(n -> "127.0.0.1:" + n.port()).collect(Collectors.joining(","));
    }

    /** How many keys each node holds. */
    public List<Long> keys() {
        return nodes.stream().map(n -> n.ask(commands -> commands.dbsize())).toList();
    }

    void forgetEverything() {
        nodes.forEach(node -> node.ask(commands -> commands.flushall()));
    }

    @Override
    public void close() {
        nodes.forEach(TestRedis::close);
    }
}
