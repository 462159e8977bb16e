package io.orchestrator.lab.bench;

import io.orchestrator.json.Json;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** From the call that submits a run of one task to the start of its agent, at a hundred a second. */
final class EngineLatency implements Scenario {
    private static final String PLAN = """
            {"name": "latency", "phases": [{"phase": "P", "agents": ["Stopwatch"]}]}
            """;
    private static final int WARM_UP = 500;

    @Override
    public List<Measurement> round(BenchServers servers, Sizes sizes) throws InterruptedException {
        int n = Math.min(sizes.n(), 1_000);
        Stopwatch stopwatch = new Stopwatch(WARM_UP + n);
        try (BenchEngine engine = BenchEngine.with(servers, "Stopwatch", context -> {
            stopwatch.started((int) context.input().get("index").orElseThrow().asLong());
            return Json.EMPTY_OBJECT;
        })) {
            engine.start(sizes.slots());
            stopwatch.submitAll(i -> engine.submit(PLAN, Json.object("index", i)));
            return List.of(stopwatch.measurement("latency", WARM_UP));
        }
    }

    /** Submits at a steady rate and notes when what was submitted starts. */
    static final class Stopwatch {
        private final long[] submitted;
        private final long[] returned;
        private final long[] started;
        private final CountDownLatch missing;

        Stopwatch(int n) {
            this.submitted = new long[n];
            this.returned = new long[n];
            this.started = new long[n];
            this.missing = new CountDownLatch(n);
        }

        void started(int index) {
            started[index] = System.nanoTime();
            missing.countDown();
        }

        void submitAll(java.util.function.IntConsumer submit) throws InterruptedException {
            Pace pace = new Pace(Pace.HUNDRED_A_SECOND);
            for (int i = 0; i < submitted.length; i++) {
                pace.await();
                submitted[i] = System.nanoTime();
                submit.accept(i);
                returned[i] = System.nanoTime();
            }
            if (!missing.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(missing.getCount() + " of " + submitted.length + " never started");
            }
        }

        /** From the call to the start of what it submitted, and how long the call alone took. */
        Measurement measurement(String name, int from) {
            return Measurement.times(name, percentiles(from))
                    .with("submitP50Ms", submitting(from).p50Ms());
        }

        private Percentiles submitting(int from) {
            long[] nanos = new long[submitted.length - from];
            for (int i = from; i < submitted.length; i++) {
                nanos[i - from] = returned[i] - submitted[i];
            }
            return Percentiles.ofNanos(nanos);
        }

        private Percentiles percentiles(int from) {
            long[] nanos = new long[submitted.length - from];
            for (int i = from; i < submitted.length; i++) {
                nanos[i - from] = started[i] - submitted[i];
            }
            return Percentiles.ofNanos(nanos);
        }
    }
}
