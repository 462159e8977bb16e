package io.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.orchestrator.metrics.EngineMetrics;
import io.orchestrator.metrics.FleetMetrics;
import io.orchestrator.metrics.ProcessMetrics;
import io.orchestrator.run.Ids;
import io.orchestrator.store.memory.InMemoryStore;
import io.orchestrator.time.SystemClock;
import io.orchestrator.time.SystemTicks;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever is woken at night finds everything that exists in docs/operations.md. */
class OperationsDocumentTest {
    private static final String DOCUMENT = file("docs/operations.md");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern METRIC = Pattern.compile("^# TYPE (\\S+) ", Pattern.MULTILINE);
    private static final Pattern VIEW = Pattern.compile("(?i)\\bCREATE (?:OR REPLACE )?VIEW (\\w+)");
    private static final Pattern FUNCTION = Pattern.compile("(?i)\\bCREATE (?:OR REPLACE )?FUNCTION (\\w+)");
    private static final Pattern ROLE = Pattern.compile("'(orchestrator_(?:readonly|runtime))'");
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+");
    private static final Pattern OF_THE_LAUNCHER = Pattern.compile("\\$\\{?(ORCHESTRATOR_\\w+|JAVA_HOME)");
    private static final Pattern ROUTE = Pattern.compile("routes\\.get\\(\"(/\\w+)\"");

    /** Given to children or to Postgres, or words of other things: no operator sets them. */
    private static final Set<String> NO_SETTINGS = Set.of("RETURN_VALUE", "LC_ALL");

    private static final Set<String> WORDS = words();

    private static String file(String path) {
        return SourceTree.FILES.stream()
                .filter(file -> file.path().equals(path))
                .map(TextFile::text)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + path));
    }

    private static Set<String> words() {
        Set<String> words = new TreeSet<>();
        Matcher matcher = WORD.matcher(DOCUMENT);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    private static Set<String> found(Pattern pattern, Stream<String> texts) {
        Set<String> names = new TreeSet<>();
        texts.forEach(text -> {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                names.add(matcher.group(matcher.groupCount()));
            }
        });
        return names;
    }

    private static Stream<String> migrations() {
        return SourceTree.FILES.stream().filter(TextFile::isSql).map(TextFile::text);
    }

    private static void isDocumented(Set<String> names, String... among) {
        assertThat(names).contains(among);
        assertThat(WORDS).as("words of docs/operations.md").containsAll(names);
    }

    @Test
    void every_metric_is_explained() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SystemClock clock = new SystemClock();
        InMemoryStore store = new InMemoryStore(clock, new Ids(clock, new SplittableRandom(1)));
        EngineMetrics metrics = new EngineMetrics(registry);
        metrics.watchSlots(() -> 1, () -> 0, () -> 0);
        metrics.watchQueueDepth(Map::of, new SystemTicks());
        FleetMetrics.bindTo(
                registry,
                store.dispatch(),
                store.recovery(),
                store.gates(),
                store.timers(),
                store.obstacles(),
                new SystemTicks());
        FleetMetrics.bindSchedulesTo(registry, store.schedules(), new SystemTicks());
        try (ProcessMetrics process = ProcessMetrics.bindTo(registry)) {
            assertThat(process).isNotNull();
            Set<String> all = found(METRIC, Stream.of(registry.scrape()));
            Set<String> ours = new TreeSet<>(all);
            ours.removeIf(name -> !name.startsWith("orchestrator_"));
            // The maximum goes by the name of what it is the maximum of.
            ours.removeIf(name -> name.endsWith("_max") && ours.contains(name.replaceFirst("_max$", "")));
            isDocumented(ours, "orchestrator_claims_total", "orchestrator_queue_depth", "orchestrator_workers_alive");
            assertThat(all)
                    .as("groups of metrics that are not ours")
                    .allMatch(name -> name.matches("(orchestrator|jvm|process|system)_.*"));
        }
    }

    @Test
    void every_view_every_function_and_every_role_is_explained() {
        isDocumented(found(VIEW, migrations()), "active_tasks", "runs_not_moving");
        isDocumented(found(FUNCTION, migrations()), "cleanup_old_events", "grant_to_roles");
        isDocumented(found(ROLE, migrations()), "orchestrator_readonly", "orchestrator_runtime");
    }

    @Test
    void every_environment_variable_is_explained() {
        Set<String> names = new TreeSet<>();
        SourceTree.FILES.stream()
                .filter(file -> file.isJava() && !file.isTest() && !file.isGenerated())
                // Its commands are of development, and in no image.
                .filter(file -> !file.path().startsWith("orchestrator-lab/"))
                .flatMap(file -> new JavaSource(file.text()).literals().stream())
                .map(literal -> literal.text().replace("\"", ""))
                .filter(text -> VARIABLE.matcher(text).matches())
                .forEach(names::add);
        names.removeAll(NO_SETTINGS);
        isDocumented(names, "DATABASE_URL", "WORKER_CONCURRENCY", "LOG_FORMAT");
        isDocumented(found(OF_THE_LAUNCHER, Stream.of(file("orchestrator"))), "ORCHESTRATOR_JAVA_OPTS");
    }

    @Test
    void every_endpoint_of_a_service_is_explained() {
        Set<String> paths =
                found(ROUTE, Stream.of(file("orchestrator-server/src/main/java/io/orchestrator/server/OpsDoor.java")));
        assertThat(paths).contains("/livez", "/readyz", "/metrics", "/status");
        assertThat(paths).allSatisfy(path -> assertThat(DOCUMENT).contains("| `" + path + "` |"));
    }
}
