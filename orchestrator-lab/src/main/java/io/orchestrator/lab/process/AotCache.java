package io.orchestrator.lab.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a JVM loaded, linked and profiled in a training run, kept for the next one. The launcher makes the same run. */
public final class AotCache {
    private static final int FIRST_JAVA = 25;
    private static final Duration TRAINING = Duration.ofMinutes(2);

    private AotCache() {}

    /** Why there can be no cache for this class path on this Java; empty when there can. */
    public static Optional<String> obstacle() {
        if (Runtime.version().feature() < FIRST_JAVA) {
            return Optional.of("no cache: Java " + FIRST_JAVA + " makes one, this is "
                    + Runtime.version().feature());
        }
        boolean onlyJars =
                List.of(Jvm.classPath().split(File.pathSeparator)).stream().allMatch(entry -> entry.endsWith(".jar"));
        return onlyJars ? Optional.empty() : Optional.of("no cache: the class path has folders, jars can be cached");
    }

    /**
     * That JVM with a cache.
     *
     * @param folder an empty one, for the cache and for what the training run needs
     * @throws IllegalStateException when none came about
     */
    public static Jvm of(Jvm jvm, Path folder) throws InterruptedException {
        Path cache = folder.resolve("orchestrator.aot");
        ServiceProcess run;
        try {
            Path plan = Files.writeString(folder.resolve("plan.json"), """
                    {"name": "training", "phases": [{"phase": "P", "agents": ["Training"]}]}
                    """);
            Path agents = Files.writeString(folder.resolve("agents.json"), """
                    {"agents": {"Training": {"command": ["true"]}}}
                    """);
            run = ServiceProcess.start(
                    jvm.with("-XX:AOTCacheOutput=" + cache),
                    folder.resolve("training.log"),
                    Map.of(),
                    "run",
                    List.of(
                            plan.toString(),
                            "--agents",
                            agents.toString(),
                            "--data-dir",
                            folder.resolve("data").toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder, e);
        }
        try {
            run.awaitEnd(TRAINING);
        } finally {
            run.kill();
        }
        if (run.exitCode() != 0 || !Files.exists(cache)) {
            throw new IllegalStateException(
                    "no cache came about, the training run ended with " + run.exitCode() + ": " + run.printed());
        }
        return jvm.with("-XX:AOTCache=" + cache);
    }
}
