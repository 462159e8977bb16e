package io.orchestrator.scheduler;

import io.orchestrator.json.Json;
import io.orchestrator.queue.JobQueue;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.service.Loop;
import io.orchestrator.service.Service;
import io.orchestrator.store.EventView;
import io.orchestrator.store.RunStore;
import io.orchestrator.store.RunView;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the events of runs into the topic {@code events}, for consumers outside of the engine. Best effort: what happened
 * before it was started, or while Redis was away, is not sent later. Any number may run; each event is sent once, by its
 * run and number. Reads a little of Postgres every second, on a thread of its own.
 */
public final class EventMirror implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(EventMirror.class);
    private static final String TOPIC = "events";
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int RUNS = 10_000;
    private static final int PAGE = 1_000;
    private static final String BEFORE_ALL_IDS = "0";

    private final RunStore runs;
    private final JobQueue jobs;
    private final Loop loop = new Loop("event-mirror", this::round);

    /** Up to which event each unfinished run was copied; touched on the loop's thread only. */
    private final Map<String, Long> copied = new HashMap<>();

    private Optional<String> newest = Optional.empty();

    public EventMirror(RunStore runs, JobQueue jobs) {
        this.runs = runs;
        this.jobs = jobs;
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public boolean awaitStopped(Duration atMost) throws InterruptedException {
        return loop.awaitStopped(atMost);
    }

    private Duration round() {
        Map<String, Long> heads = runs.heads(newest.orElse(""), RUNS);
        if (newest.isEmpty()) {
            copied.putAll(heads);
            newest = Optional.of(
                    runs.list(1).stream().map(RunView::id).findFirst().orElse(BEFORE_ALL_IDS));
            return EVERY;
        }
        try {
            Set<String> toLookAt = new HashSet<>(copied.keySet());
            toLookAt.addAll(heads.keySet());
            toLookAt.stream().sorted().forEach(runId -> copy(runId, heads.get(runId)));
        } catch (QueueUnavailable e) {
            LOG.info("events are not copied while Redis is away: {}", e.getMessage());
            copied.putAll(heads);
        }
        newest = heads.keySet().stream()
                .max(String::compareTo)
                .filter(id -> id.compareTo(newest.orElse("")) > 0)
                .or(() -> newest);
        copied.keySet().retainAll(heads.keySet());
        return EVERY;
    }

    /** @param head its last event; null for a run that has ended since, whose last events are still to be copied */
    private void copy(String runId, @Nullable Long head) {
        long from = copied.getOrDefault(runId, 0L);
        while (head == null || from < head) {
            var page = runs.events(runId, from, PAGE);
            for (EventView event : page) {
                send(event);
                from = event.seq();
            }
            copied.put(runId, from);
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    /** What no topic takes is told without its data. */
    private void send(EventView event) {
        String key = event.runId() + '/' + event.seq();
        try {
            jobs.enqueue(TOPIC, document(event, event.data()), key);
        } catch (IllegalArgumentException e) {
            jobs.enqueue(TOPIC, document(event, Json.object("unreadable", e.getMessage())), key);
        }
    }

    private static Json document(EventView event, Json data) {
        return Json.builder()
                .put("runId", event.runId())
                .put("seq", event.seq())
                .put("at", event.at().toString())
                .put("kind", event.kind())
                .putIfPresent("phaseId", event.phaseId())
                .putIfPresent("taskId", event.taskId())
                .put("data", data)
                .build();
    }
}
