package io.orchestrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OrphansIT {
    private final Checker checker = new Checker(Bounds.DEFAULT.withProcess(Duration.ZERO));

    @Test
    void a_process_of_an_ended_attempt_is_an_orphan_and_one_of_a_running_attempt_is_not() throws Exception {
        try (History history = History.of(false);
                Connection connection = history.connect()) {
            Process running = sleepAs(history.fill("${live.task}:1"));
            Process ofEnded = sleepAs(history.fill("${done.task}:2"));
            Process ofOlderEpoch = sleepAs(history.fill("${live.task}:0"));
            Process notYetKnown = sleepAs(history.fill("${live.task}:2"));
            Process ofAnotherEngine = sleepAs("task-elsewhere:1");
            try {
                assertThat(orphans(connection)).containsExactlyInAnyOrder(ofEnded.pid(), ofOlderEpoch.pid());
            } finally {
                List.of(running, ofEnded, ofOlderEpoch, notYetKnown, ofAnotherEngine)
                        .forEach(Process::destroyForcibly);
            }
        }
    }

    @Test
    void a_process_that_goes_away_in_time_is_none() throws Exception {
        try (History history = History.of(true);
                Connection connection = history.connect()) {
            Process ending = sleepAs(history.fill("${done.task}:2"));
            ProcessTable proc = ProcessTable.ofThisHost();
            ProcessTable killing = new ProcessTable() {
                @Override
                public java.util.Optional<String> obstacle() {
                    return proc.obstacle();
                }

                @Override
                public List<Marked> marked() {
                    List<Marked> seen = proc.marked();
                    ending.destroyForcibly();
                    return seen;
                }
            };
            Report report = new Checker(Bounds.DEFAULT, killing).check(connection, Scope.EVERYTHING);
            assertThat(report.held()).as(report.text()).isTrue();
        }
    }

    private List<Long> orphans(Connection connection) {
        return checker.check(connection, Scope.EVERYTHING).findings().stream()
                .flatMap(finding -> finding.rows().stream())
                .filter(row -> row.rule().name().equals("orphan-process"))
                .map(row -> Long.parseLong(row.columns().getOrDefault("pid", "0")))
                .collect(Collectors.toList());
    }

    private static Process sleepAs(String attempt) throws java.io.IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "60");
        builder.environment().put("ORCHESTRATOR_ATTEMPT_ID", attempt);
        return builder.start();
    }
}
