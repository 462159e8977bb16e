package io.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What comes along with the program. The class path of this test has all of it, and the test libraries besides. */
class DistributionTest {
    private static final Pattern UNFINISHED = Pattern.compile(
            ".*[-.](alpha|beta|rc|cr|m|milestone|pre|preview|ea|snapshot)[-.]?\\d*([-.].*)?\\.jar",
            Pattern.CASE_INSENSITIVE);

    /** By the beginning of their names, why they are excluded where another library brings them. */
    private static final Map<String, String> NEEDLESS = Map.of(
            "redis-authx-core", "logs in to Redis with tokens of clouds",
            "checker-qual", "annotations for a checker of types",
            "flyway-database-cockroachdb", "migrates another database",
            "jetty-ee10-annotations", "scans web archives, as do the next three",
            "jetty-ee10-plus", "",
            "jetty-ee10-webapp", "",
            "jakarta.enterprise", "",
            "asm", "reads class files: for the same");

    private static Stream<String> jars() {
        List<String> jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).getFileName().toString())
                .filter(name -> name.endsWith(".jar"))
                .toList();
        assertThat(jars).as("the class path").anyMatch(name -> name.startsWith("lettuce-core"));
        return jars.stream();
    }

    @Test
    void nothing_in_it_is_a_beta_or_a_candidate_of_its_makers() {
        assertThat(jars().filter(name -> !isOurs(name)))
                .noneMatch(name -> UNFINISHED.matcher(name).matches());
        assertThat(List.of("redis-authx-core-0.1.1-beta2.jar", "x-2.0.0-M3.jar", "x-1.0-rc1.jar", "x-3.0.0.Beta1.jar"))
                .allMatch(name -> UNFINISHED.matcher(name).matches());
        assertThat(List.of("lettuce-core-7.7.0.RELEASE.jar", "zstd-jni-1.5.7-28.jar", "metrics-core-1.jar"))
                .noneMatch(name -> UNFINISHED.matcher(name).matches());
    }

    @Test
    void nothing_is_in_it_that_is_not_needed() {
        assertThat(jars()).noneMatch(name -> NEEDLESS.keySet().stream().anyMatch(name::startsWith));
    }

    private static boolean isOurs(String name) {
        return name.startsWith("orchestrator") || name.startsWith("migrations");
    }
}
