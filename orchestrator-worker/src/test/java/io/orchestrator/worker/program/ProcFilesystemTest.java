package io.orchestrator.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcFilesystemTest {
    private static String stat(String name, char state, int threads) {
        return "42 (" + name + ") " + state + " 7 40 39 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 " + threads
                + " 0 12345 1000 1 18446744073709551615 1 1 0";
    }

    @Test
    void a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        assertThat(ProcFilesystem.parse(42, stat("a) R 1 (b", 'S', 1)))
                .isEqualTo(new ProcessEntry(42, 7, 40, 39, 12345, ProcessEntry.State.GOES_ON));
    }

    @Test
    void a_zombie_has_ended_unless_other_threads_of_it_run() {
        assertThat(ProcFilesystem.parse(42, stat("x", 'Z', 1)).ended()).isTrue();
        assertThat(ProcFilesystem.parse(42, stat("x", 'Z', 3)).ended()).isFalse();
        assertThat(ProcFilesystem.parse(42, stat("x", 'X', 0)).ended()).isTrue();
    }
}
