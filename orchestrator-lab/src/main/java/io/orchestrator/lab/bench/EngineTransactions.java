package io.orchestrator.lab.bench;

import io.orchestrator.agent.Usage;
import io.orchestrator.json.Json;
import io.orchestrator.queue.Ticket;
import io.orchestrator.store.AttemptReport;
import io.orchestrator.store.AttemptReport.Outcome;
import io.orchestrator.store.ClaimedTask;
import io.orchestrator.store.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * The transactions that tasks take, and nothing else: submissions of a thousand, claims and reports of as many as workers
 * make, by two clients at once. No queue, no worker, no loop: with this schema and these statements no engine gets beyond
 * it on the same servers.
 */
final class EngineTransactions implements Scenario {
    private static final int TASKS_OF_A_RUN = 1_000;
    private static final int BATCH = 256;
    private static final int CLIENTS = 2;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws Exception {
        try (BenchEngine engine = BenchEngine.with(servers, "Nothing", context -> Json.EMPTY_OBJECT);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            String worker = engine.registered(BATCH);
            int runs = Math.ceilDiv(sizes.n(), TASKS_OF_A_RUN);
            long began = System.nanoTime();
            List<Submission> submitted = inParallel(
                    clients,
                    IntStream.range(0, runs)
                            .mapToObj(i -> (Callable<Submission>) () -> engine.acceptShards(
                                    "Nothing", Math.min(TASKS_OF_A_RUN, sizes.n() - i * TASKS_OF_A_RUN)))
                            .toList());
            long accepted = System.nanoTime();
            List<List<ClaimedTask>> claimed = inParallel(
                    clients,
                    batches(submitted).stream()
                            .map(batch -> (Callable<List<ClaimedTask>>)
                                    () -> engine.store().tasks().claim(worker, batch))
                            .toList());
            long held = System.nanoTime();
            List<Integer> ended = inParallel(
                    clients,
                    claimed.stream()
                            .map(batch -> (Callable<Integer>) () -> engine.store()
                                    .tasks()
                                    .report(completed(batch))
                                    .accepted()
                                    .size())
                            .toList());
            long over = System.nanoTime();
            int completed = ended.stream().mapToInt(Integer::intValue).sum();
            if (completed != sizes.n()) {
                throw new IllegalStateException("expected " + sizes.n() + " ended tasks, found " + completed);
            }
            return List.of(Measurement.rate("limit.transactions", sizes.n(), over - began)
                    .with("submitUs", micros(accepted - began, sizes))
                    .with("claimUs", micros(held - accepted, sizes))
                    .with("reportUs", micros(over - held, sizes)));
        }
    }

    private static double micros(long nanos, Sizes sizes) {
        return nanos / 1e3 / sizes.n();
    }

    private static List<List<String>> batches(List<Submission> submitted) {
        List<String> ids = submitted.stream()
                .flatMap(submission -> submission.ready().tickets().stream())
                .map(Ticket::taskId)
                .toList();
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += BATCH) {
            batches.add(ids.subList(from, Math.min(ids.size(), from + BATCH)));
        }
        return batches;
    }

    private static List<AttemptReport> completed(List<ClaimedTask> tasks) {
        return tasks.stream()
                .map(task -> new AttemptReport(task.hold(), new Outcome.Completed(Json.EMPTY_OBJECT), Usage.NONE))
                .toList();
    }

    private static <T> List<T> inParallel(ExecutorService clients, List<Callable<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> result : clients.invokeAll(work)) {
            results.add(result.get());
        }
        return results;
    }
}
