package io.orchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker's own log takes of an attempt. */
class BoundedLogTest {
    @Test
    void lines_are_forwarded_up_to_a_bound_and_then_once_told_of() {
        List<String> told = new ArrayList<>();
        BoundedLog log = new BoundedLog(told::add, "text from stderr", 64 * 1024);
        for (int i = 0; i < 3_000; i++) {
            log.add("x".repeat(100));
        }
        assertThat(told).startsWith("x".repeat(100));
        assertThat(told.getLast())
                .startsWith("no further text from stderr is logged here for this attempt: it is more than 64 KiB");
        assertThat(String.join("", told)).hasSizeLessThan(66_000);
    }
}
