package io.orchestrator.cli;

import io.orchestrator.embedded.DataDirectory;
import io.orchestrator.embedded.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Embedded servers for commands under test. */
final class TestStacks {
    private static final Map<String, String> SMALL = Map.of("shared_buffers", "64MB", "max_wal_size", "256MB");

    private TestStacks() {}

    /** Servers on a data directory, for as long as the stack is open. */
    static Stack open(String directory) {
        DataDirectory data = DataDirectory.at(Path.of(directory));
        return Stack.open(
                new ServerChoice.Embedded(data, Options.defaults().withPostgresSettings(SMALL), QueueTuning.DEFAULT),
                Opening.LOOK);
    }

    /** Calls a command on a data directory. */
    static int call(TestCaller caller, String directory, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--data-dir");
        all.add(directory);
        return caller.call(all.toArray(String[]::new));
    }
}
