package io.orchestrator.lab.process;

import io.orchestrator.time.SystemClock;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way to run the program's commands in a JVM of their own, with the class path of this one.
 *
 * @param options of {@code java}, before the main class
 */
public record Jvm(List<String> options) {
    private static final Logger LOG = LoggerFactory.getLogger(Jvm.class);
    private static final String MAIN = "io.orchestrator.cli.Main";
    private static final Duration TRAINING = Duration.ofSeconds(60);

    public Jvm {
        options = List.copyOf(options);
    }

    /** For services that live for seconds: a small heap, and one compiler. */
    public static Jvm shortLived() {
        return of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    }

    /** As the launcher starts the program, without a cache. */
    public static Jvm asLaunched() {
        Jvm jvm = of("-Xlog:disable", "-Xlog:all=warning:stderr", "-XX:+UseG1GC");
        return Runtime.version().feature() < 23 ? jvm : jvm.with("--sun-misc-unsafe-memory-access=allow");
    }

    private static Jvm of(String... options) {
        return new Jvm(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath())).with(options);
    }

    /** Only jars can be archived; what is compiled for tests is of no use to a service. */
    static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** With further options, before those that it has. */
    Jvm with(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(options);
        return new Jvm(all);
    }

    /**
     * With the classes that a service loads until it is ready, from an archive, because half of what a start costs is
     * loading them. Where no archive comes about (a class path with folders) the JVM goes without one.
     *
     * @param directory for the archive, and the log of the service that loads them
     * @param environment of that service
     */
    public Jvm trained(Path directory, Map<String, String> environment) {
        Path archive = directory.resolve("classes.jsa");
        ServiceProcess worker = ServiceProcess.start(
                with("-XX:ArchiveClassesAtExit=" + archive),
                directory.resolve("training.log"),
                environment,
                "worker",
                List.of());
        try {
            worker.awaitReady(TRAINING);
            worker.terminate(TRAINING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            worker.kill();
        }
        if (!Files.exists(archive)) {
            LOG.debug("no archive of classes came about");
            return this;
        }
        return with("-XX:SharedArchiveFile=" + archive, "-Xlog:disable");
    }

    /** One whose wall clock is wrong by so much. */
    public Jvm withClockOff(Duration offset) {
        return with("-D" + SystemClock.OFFSET_MS + "=" + offset.toMillis());
    }

    /** Starts a command with its output in this file, after what is there. Only {@code environment} says where servers are. */
    Process start(Path log, Map<String, String> environment, String service, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(MAIN);
        command.add(service);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        List.of("ORCHESTRATOR_DATA_DIR", "DATABASE_URL", "REDIS_URL").forEach(builder.environment()::remove);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the " + service + " as a process", e);
        }
    }
}
