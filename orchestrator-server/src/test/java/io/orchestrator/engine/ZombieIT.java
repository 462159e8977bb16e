package io.orchestrator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who wakes after its tasks were given to another changes nothing any more. */
class ZombieIT {
    @Test
    void a_worker_that_slept_beyond_its_lease_finds_every_door_closed(@TempDir Path directory) throws Exception {
        try (ZombieStory story = new ZombieStory(directory.resolve("journal"))) {
            assertThat(story.violations()).isEmpty();
        }
    }
}
