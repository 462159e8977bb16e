package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.queue.QueueRefused;
import io.orchestrator.queue.QueueUnavailable;
import io.orchestrator.store.SchemaConflict;
import io.orchestrator.store.StoreBusy;
import io.orchestrator.store.StoreRefused;
import io.orchestrator.store.StoreUnavailable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FailureReportTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    private final Caller caller = new Caller(stream, stream, Map.of(), Path.of("/"), new Interruption());

    @Test
    void a_fault_of_the_program_is_told_shortly_and_its_trace_is_kept_in_a_file() throws IOException {
        int code = report(new IllegalStateException("a bug"), "status");

        assertThat(code).isEqualTo(70);
        assertThat(told()).contains("a bug").doesNotContain("\tat ");
        Path file = Path.of(told().substring(told().indexOf("together with ") + "together with ".length())
                .strip());
        assertThat(file).content().contains("IllegalStateException: a bug", "\tat ");
        Files.delete(file);
    }

    @Test
    void with_debug_the_trace_is_shown() {
        report(new IllegalStateException("a bug"), "status", "--debug");

        assertThat(told()).contains("\tat ");
    }

    @Test
    void a_server_that_went_away_is_no_fault_of_the_program() {
        assertThat(report(new StoreUnavailable("no connection", new IOException()), "status"))
                .isEqualTo(4);
        assertThat(told()).contains("lost Postgres: no connection");
        assertThat(report(new QueueUnavailable("no connection", new IOException()), "status"))
                .isEqualTo(4);
        assertThat(told()).contains("lost Redis: no connection").doesNotContain("\tat ");
    }

    @Test
    void a_server_that_answers_and_is_busy_is_not_told_as_lost() {
        assertThat(report(new StoreBusy("rows are held", new IOException()), "status"))
                .isEqualTo(4);
        assertThat(told())
                .contains("this cannot be done now: rows are held. Try again.")
                .doesNotContain("lost");
    }

    @Test
    void a_server_that_turns_us_away_is_neither_an_outage_nor_a_fault_of_the_program() {
        assertThat(report(new StoreRefused("no such user"), "status")).isEqualTo(3);
        assertThat(told())
                .contains("orchestrator: cannot use Postgres: no such user.")
                .doesNotContain("lost", "fault");
        assertThat(report(new QueueRefused("Redis at x lets nobody in"), "status"))
                .isEqualTo(3);
        assertThat(told()).contains("cannot use Redis: Redis at x lets nobody in.");
        assertThat(report(new SchemaConflict("the names are taken"), "migrate")).isEqualTo(3);
    }

    @Test
    void the_help_lists_every_exit_code() {
        assertThat(Main.execute(caller, "--help")).isZero();
        for (ExitCode code : ExitCode.values()) {
            assertThat(told()).containsPattern("(?s)Exit codes:.*\\b" + code.code() + "\\b");
        }
    }

    @Test
    void a_file_that_cannot_be_used_is_no_fault_of_the_program_and_says_why() {
        assertThat(report(
                        new UncheckedIOException(
                                "Cannot unpack redis to /ro", new AccessDeniedException("/ro/orchestrator")),
                        "status"))
                .isEqualTo(2);
        assertThat(told()).contains("Cannot unpack redis to /ro (permission denied at /ro/orchestrator)");
        assertThat(report(new UncheckedIOException(new FileSystemException("/x", null, "No space left")), "status"))
                .isEqualTo(2);
        assertThat(told())
                .contains("a file could not be used (No space left at /x)")
                .doesNotContain("Exception");
    }

    private int report(Exception failure, String... args) {
        CommandLine commands = Commands.of(caller, args);
        return new FailureReport(caller).handleExecutionException(failure, commands, commands.parseArgs(args));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
