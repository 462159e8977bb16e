package io.orchestrator.lab.chaos;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What became of the work, counted without the checker.
 *
 * @param submitted runs whose submission was answered
 * @param ends tasks by their final state
 * @param lost answered runs that do not exist, and tasks and runs without an end
 * @param doubledEffects effects that were applied twice: under one key, or of one step under two keys
 * @param doubledEnds tasks whose log tells of more than one end
 * @param attempts bodies that were begun
 * @param repeatedSteps effects that were asked for again after they had been applied, and that the key kept from happening
 */
record Tally(
        int submitted,
        Map<String, Integer> ends,
        long lost,
        long doubledEffects,
        long doubledEnds,
        long attempts,
        long repeatedSteps) {
    private static final String UNENDED = """
            SELECT (SELECT count(*) FROM live_tasks) + (SELECT count(*) FROM runs WHERE finished_at IS NULL)
                 + (SELECT count(*) FROM tasks t WHERE outcome IS NULL
                                                   AND NOT EXISTS (SELECT FROM live_tasks l WHERE l.task_id = t.id))
            """;
    private static final String ENDED_TWICE = """
            SELECT count(*) FROM (SELECT task_id FROM events
                 WHERE kind IN ('task.completed', 'task.failed', 'task.cancelled', 'task.timed_out', 'task.dead')
                 GROUP BY task_id HAVING count(*) > 1) t
            """;

    Tally {
        ends = Map.copyOf(ends);
    }

    static Tally of(EngineView view, Path journal) throws SQLException {
        Written written = new Written();
        written.read(journal);
        Map<String, Integer> ends = new TreeMap<>();
        view.rows(
                "SELECT coalesce(outcome, 'live'), count(*) FROM tasks GROUP BY 1",
                row -> ends.put(row.getString(1), row.getInt(2)));
        Set<String> known = new HashSet<>(view.rows("SELECT id FROM runs", row -> row.getString(1)));
        long missing = written.runs.stream().filter(run -> !known.contains(run)).count();
        return new Tally(
                written.runs.size(),
                ends,
                missing + view.number(UNENDED),
                written.doubled(),
                view.number(ENDED_TWICE),
                written.starts,
                written.repeated);
    }

    int tasks() {
        return ends.values().stream().mapToInt(Integer::intValue).sum();
    }

    boolean clean() {
        return lost == 0 && doubledEffects == 0 && doubledEnds == 0;
    }

    /** The journal, line by line. */
    private static final class Written {
        private final Set<String> runs = new HashSet<>();
        private final Map<String, Integer> appliedByKey = new HashMap<>();
        private final Map<String, Set<String>> keysByStep = new HashMap<>();
        private long starts;
        private long repeated;

        void read(Path journal) {
            try (Stream<String> lines = Files.lines(journal)) {
                lines.map(Json::parse).forEach(this::line);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + journal, e);
            }
        }

        private void line(Json line) {
            switch (line.text("kind").orElse("effect")) {
                case "submitted" -> line.text("run").ifPresent(runs::add);
                case "start" -> starts++;
                case "effect" -> effect(line);
                default -> {
                    // Checkpoints and ends are the checker's.
                }
            }
        }

        private void effect(Json line) {
            String key = line.text("key").orElse("");
            if (line.get("keyed").map(Json::asBoolean).orElse(false)) {
                appliedByKey.merge(key, 1, Integer::sum);
            } else {
                repeated++;
            }
            String place =
                    line.text("task").orElse("") + "/" + line.text("step").orElse("once");
            keysByStep.computeIfAbsent(place, p -> new HashSet<>()).add(key);
        }

        long doubled() {
            return appliedByKey.values().stream().filter(n -> n > 1).count()
                    + keysByStep.values().stream()
                            .filter(keys -> keys.size() > 1)
                            .count();
        }
    }
}
