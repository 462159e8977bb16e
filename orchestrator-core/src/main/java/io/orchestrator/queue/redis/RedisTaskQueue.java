package io.orchestrator.queue.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.queue.TaskQueue;
import io.orchestrator.queue.Ticket;
import io.orchestrator.queue.redis.SharedLink.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Tickets in Redis Streams; the protocol is in the package's description. */
final class RedisTaskQueue implements TaskQueue {
    /** How many tickets one command tells of, because nobody else is served meanwhile. */
    private static final int PIECE = 1_000;

    private final Deployment deployment;
    private final SharedLink link;
    private final Replies replies;
    private final RedisKeys keys;
    private final int partitions;
    private final Duration blockTime;
    private final Settlement settlement;
    private final WriteCheck writeCheck;
    private final Set<RedisReader> readers = ConcurrentHashMap.newKeySet();
    private final Map<Integer, String> generations = new HashMap<>();
    private final String self = UUID.randomUUID().toString();
    private long asked;

    RedisTaskQueue(
            Deployment deployment,
            SharedLink link,
            Replies replies,
            RedisKeys keys,
            RedisSettings settings,
            WriteCheck writeCheck) {
        this.writeCheck = writeCheck;
        this.deployment = deployment;
        this.link = link;
        this.replies = replies;
        this.keys = keys;
        this.partitions = settings.partitions();
        this.blockTime = settings.reading().blockTime();
        this.settlement = new Settlement(link, keys);
    }

    @Override
    public void send(List<Ticket> tickets) {
        Map<String, List<String>> byStream = new LinkedHashMap<>();
        for (Ticket ticket : tickets) {
            int partition = Math.floorMod(ticket.taskId().hashCode(), partitions);
            byStream.computeIfAbsent(keys.lane(partition, ticket.lane()), stream -> new ArrayList<>())
                    .add(ticket.taskId());
        }
        try {
            Batches.run(
                    link,
                    "take " + tickets.size() + " tickets",
                    byStream,
                    (stream, tasks) -> commands -> Script.SEND.run(commands, List.of(stream), tasks));
        } catch (QueueUnavailable e) {
            writeCheck.doubt();
            throw e;
        }
    }

    @Override
    public Reader reader(String consumer) {
        ReaderLink readerLink = new ReaderLink(deployment, link, replies);
        RedisReader reader = new RedisReader(
                consumer,
                Lanes.of(keys, partitions, deployment.oneServer()),
                blockTime,
                readerLink,
                settlement,
                writeCheck,
                readers::remove);
        readers.add(reader);
        return reader;
    }

    @Override
    public Map<Priority, Long> depth() {
        List<Command<Long>> lengths = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (String lane : keys.lanes(partition)) {
                lengths.add(commands -> commands.xlen(lane));
            }
        }
        List<Long> answers = link.callAll("tell the length of its lanes", lengths);
        Priority[] lanes = Priority.values();
        Map<Priority, Long> depth = new EnumMap<>(Priority.class);
        for (int i = 0; i < answers.size(); i++) {
            depth.merge(lanes[i % lanes.length], answers.get(i), Long::sum);
        }
        return depth;
    }

    @Override
    public Set<String> waiting(Priority lane) {
        Set<String> tasks = new HashSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            String stream = keys.lane(partition, lane);
            Range<String> rest = Range.unbounded();
            List<StreamMessage<String, String>> piece;
            do {
                Range<String> range = rest;
                piece = link.call("tell what waits", commands -> commands.xrange(stream, range, Limit.from(PIECE)));
                piece.forEach(entry -> tasks.add(entry.getBody().getOrDefault("t", "")));
                if (!piece.isEmpty()) {
                    rest = Range.from(Range.Boundary.excluding(piece.getLast().getId()), Range.Boundary.unbounded());
                }
            } while (piece.size() == PIECE);
        }
        return tasks;
    }

    @Override
    public synchronized boolean lostItsMemory() {
        writeCheck.checkNowAndThen();
        String fresh = self + "." + ++asked;
        List<Command<List<Object>>> looks = IntStream.range(0, partitions)
                .<Command<List<Object>>>mapToObj(partition -> {
                    List<String> scriptKeys = new ArrayList<>(List.of(keys.generation(partition)));
                    scriptKeys.addAll(keys.lanes(partition));
                    return commands -> Script.GENERATION.run(commands, scriptKeys, List.of(fresh, RedisKeys.WORKERS));
                })
                .toList();
        List<List<Object>> answers = link.callAll("tell its generation", looks);
        boolean lost = false;
        for (int partition = 0; partition < partitions; partition++) {
            String mark = String.valueOf(answers.get(partition).getFirst());
            boolean begun = Long.valueOf(1).equals(answers.get(partition).get(1));
            String seen = generations.put(partition, mark);
            // A mark of our own that we have not seen: the answer that told us of its beginning was lost.
            lost |= begun || (seen == null ? mark.startsWith(self) : !seen.equals(mark));
        }
        return lost;
    }

    @Override
    public int removeIdleConsumers(Duration idle) {
        Set<String> removed = new HashSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            for (String stream : keys.lanes(partition)) {
                for (ConsumerInfo consumer : consumersOf(stream)) {
                    if (consumer.idleMs() >= idle.toMillis()
                            && settlement.retire(stream, consumer.name(), idle.toMillis())) {
                        removed.add(consumer.name());
                    }
                }
            }
        }
        return removed.size();
    }

    private List<ConsumerInfo> consumersOf(String stream) {
        return ConsumerInfo.list(link, stream, RedisKeys.WORKERS);
    }

    @Override
    public void close() {
        List.copyOf(readers).forEach(RedisReader::close);
    }
}
