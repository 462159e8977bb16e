package io.orchestrator.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long it took until the engine went on, by kind of fault. Thread-safe. */
final class RecoveryTimes {
    /** Of one kind; the 99th percentile is the smallest time that 99 % of all do not exceed. */
    record Summary(int count, Duration median, Duration p99, Duration max) {
        /** Of one time at least. */
        static Summary of(List<Duration> times) {
            List<Duration> sorted = times.stream().sorted().toList();
            return new Summary(sorted.size(), at(sorted, 0.5), at(sorted, 0.99), sorted.getLast());
        }

        private static Duration at(List<Duration> sorted, double share) {
            return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
        }
    }

    private final Map<String, List<Duration>> times = new TreeMap<>();
    private final Map<String, Duration> lostInLongest = new TreeMap<>();

    /** @param lost how much of the time the machine kept everybody from running */
    synchronized void add(String kind, Duration time, Duration lost) {
        List<Duration> all = times.computeIfAbsent(kind, k -> new ArrayList<>());
        if (all.stream().allMatch(t -> t.compareTo(time) < 0)) {
            lostInLongest.put(kind, lost);
        }
        all.add(time);
    }

    /** What the machine has to do with the longest time of each kind. */
    synchronized Map<String, Duration> lostInLongest() {
        return new TreeMap<>(lostInLongest);
    }

    synchronized Map<String, Summary> summaries() {
        Map<String, Summary> summaries = new TreeMap<>();
        times.forEach((kind, all) -> summaries.put(kind, Summary.of(all)));
        return summaries;
    }
}
