package io.orchestrator.lab.chaos;

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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM of services that live for seconds, with the class path of this one: a small heap, one compiler, and classes from
 * an archive, because half of what a start costs is loading them.
 *
 * @param options of {@code java}, before the main class
 */
record Jvm(List<String> options) {
    private static final Logger LOG = LoggerFactory.getLogger(Jvm.class);
    private static final String MAIN = "io.orchestrator.cli.Main";
    private static final long TRAINING_SECONDS = 60;

    Jvm {
        options = List.copyOf(options);
    }

    /** Without an archive. */
    static Jvm plain() {
        return new Jvm(List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                archives()));
    }

    /** Only jars can be archived; what is compiled for tests is of no use to a service. */
    private static String archives() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * With the classes that a service loads until it is ready. Where no archive comes about (a class path with folders) the
     * JVM goes without one.
     */
    Jvm trained(Scene scene, Map<String, String> environment) {
        Path archive = scene.directory().resolve("classes.jsa");
        List<String> training = new ArrayList<>(options);
        training.add("-XX:ArchiveClassesAtExit=" + archive);
        ServiceProcess worker = ServiceProcess.start(
                new Jvm(training), scene.logs().resolve("training.log"), environment, "worker", List.of());
        try {
            for (int look = 0; look < 10 * TRAINING_SECONDS && worker.isAlive() && !worker.isReady(); look++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            worker.terminate(TRAINING_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            worker.kill();
        }
        if (!Files.exists(archive)) {
            LOG.debug("no archive of classes came about");
            return this;
        }
        List<String> trained = new ArrayList<>(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable"));
        trained.addAll(options);
        return new Jvm(trained);
    }

    /** One whose wall clock is wrong by so much. */
    Jvm withClockOff(Duration offset) {
        List<String> wrong = new ArrayList<>(List.of("-D" + SystemClock.OFFSET_MS + "=" + offset.toMillis()));
        wrong.addAll(options);
        return new Jvm(wrong);
    }

    /** Starts a service with its output in this file, after what is there. */
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
        builder.environment().remove("ORCHESTRATOR_DATA_DIR");
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the " + service + " as a process", e);
        }
    }
}
