package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.orchestrator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FifosIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    private final ProcessTable table = ProcessTable.ofThisHost();

    @BeforeEach
    void needsMkfifo() {
        assumeTrue(CommandLookup.inPath("mkfifo", ChildEnvironment.workerPath(), parent)
                .isPresent());
    }

    private Fifos fifos() {
        return new Fifos(table, ChildEnvironment.workerPath(), parent);
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.toList();
        }
    }

    @Test
    void any_number_can_be_open_at_once_and_none_has_a_name_when_its_program_runs() throws Exception {
        Fifos fifos = fifos();
        List<Fifo> open = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Fifo fifo = fifos.take().orElseThrow();
            open.add(fifo);
        }
        for (Fifo fifo : open) {
            fifo.handedOver();
            assertThat(fifo.stream().read()).isEqualTo(-1);
            fifo.close();
        }
        assertThat(folders()).hasSize(1).allSatisfy(folder -> {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .isEqualTo("rwx------");
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).hasSize(256 - 200);
            }
        });
    }

    @Test
    void a_folder_that_was_tidied_away_is_made_anew() throws Exception {
        Fifos fifos = fifos();
        fifos.take().orElseThrow().close();
        Path folder = folders().getFirst();
        try (Stream<Path> pipes = Files.list(folder)) {
            for (Path pipe : pipes.toList()) {
                Files.delete(pipe);
            }
        }
        Files.delete(folder);
        assertThat(fifos.take()).isPresent().hasValueSatisfying(Fifo::close);
    }

    @Test
    void what_a_killed_process_left_is_deleted_and_what_a_running_one_has_is_not() throws Exception {
        ProcessEntry self = table.self();
        String names = "orchestrator-output-" + table.namespace().replaceAll("[^A-Za-z0-9]", "") + "-";
        Path dead = Files.createDirectory(parent.resolve(names + self.pid() + "-" + (self.started() - 1) + "-1"));
        Files.createFile(dead.resolve("0"));
        Path running = Files.createDirectory(parent.resolve(names + self.pid() + "-" + self.started() + "-2"));
        Path elsewhere = Files.createDirectory(parent.resolve("orchestrator-output-pid1-1-1-3"));
        Path strange = Files.createDirectory(parent.resolve(names + "x"));
        fifos().take().orElseThrow().close();
        assertThat(dead).doesNotExist();
        assertThat(running).exists();
        assertThat(elsewhere).exists();
        assertThat(strange).exists();
    }

    @Test
    void without_mkfifo_or_a_folder_programs_run_on_plain_pipes() throws Exception {
        assertThat(new Fifos(table, "/none", parent).take()).isEmpty();
        Fifos homeless = new Fifos(table, ChildEnvironment.workerPath(), parent.resolve("none"));
        assertThat(homeless.take()).isEmpty();
        assertThat(OutputPipes.open(homeless)).isInstanceOf(OutputPipes.OfJava.class);
        Programs programs = new Programs(parent, ProgramHost.of("worker-plain").with(homeless));
        assertThat(programs.run("echo '{\"type\":\"result\",\"output\":1}'; exec sleep 0.2"))
                .isEqualTo(Json.of(1));
    }
}
