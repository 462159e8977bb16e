package io.orchestrator.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts programs that print to a log, in a surrounding that is the same whatever shell the user came from. */
final class ServerProgram {
    private ServerProgram() {}

    /**
     * Starts a server in a session of its own, so that neither Ctrl-C nor the end of the terminal reaches it, and so
     * that it lives on when this process ends. The pid is the server's own: {@code setsid} execs the command.
     */
    static Process startDetached(List<String> command, Path directory, ServerLog log) throws IOException {
        List<String> whole = new ArrayList<>(newSession());
        whole.addAll(command);
        return start(whole, directory, Path.of("/dev/null"), log);
    }

    /** Starts a tool, which ends on its own and belongs to this process. */
    static Process start(List<String> command, Path directory, Path input, ServerLog log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
        Map<String, String> environment = builder.environment();
        // PGPORT, PGDATA, PGOPTIONS and the like would be taken for settings.
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        // Messages are read by Launcher.
        environment.put("LC_ALL", "C");
        return builder.start();
    }

    private static List<String> newSession() {
        return switch (Platform.current().os()) {
            case LINUX -> List.of("setsid");
            // macOS has the call, not the program.
            case MACOS -> List.of("perl", "-MPOSIX", "-e", "POSIX::setsid(); exec {$ARGV[0]} @ARGV or die $!", "--");
        };
    }
}
