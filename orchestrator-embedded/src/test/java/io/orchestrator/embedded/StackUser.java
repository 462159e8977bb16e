package io.orchestrator.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process of its own that opens a stack, says so, and closes it when told to. The parent's side is this object. */
final class StackUser implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    /** What the child said when it had opened: whether it started the servers, the two URLs, its directory. */
    private final List<String> opened;

    private StackUser(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.opened = List.of(line().split(" "));
    }

    /** The child. With the argument "temporary" it opens a temporary stack. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (arguments[0].equals("temporary")) {
            TemporaryStack stack = TemporaryStack.open();
            System.out.println("true " + stack.databaseUrl() + " " + stack.redisUrl() + " " + stack.directory());
            input.readLine();
            return;
        }
        DataDirectory directory = DataDirectory.at(Path.of(arguments[0]));
        try (LocalStack stack = LocalStack.open(directory, Options.defaults())) {
            System.out.println(
                    stack.startedHere() + " " + stack.databaseUrl() + " " + stack.redisUrl() + " " + directory);
            input.readLine();
        }
        System.out.println("closed");
    }

    static StackUser start(String argument) {
        try {
            return new StackUser(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                            StackUser.class.getName(),
                            argument)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean startedServers() {
        return Boolean.parseBoolean(opened.get(0));
    }

    String databaseUrl() {
        return opened.get(1);
    }

    String redisUrl() {
        return opened.get(2);
    }

    Path directory() {
        return Path.of(opened.get(3));
    }

    /** Returns when the child has closed its stack and ended. */
    void leave() {
        try {
            process.outputWriter().write("\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.onExit().join();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    private String line() {
        try {
            String line = output.readLine();
            if (line == null) {
                throw new AssertionError("The child ended before it had opened its stack");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
