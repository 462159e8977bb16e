package io.orchestrator.plan;

import io.orchestrator.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program behind the name of an agent or tool. Immutable.
 *
 * @param command program and arguments, handed to the operating system as they are, never to a shell
 * @param directory where it is started, absolute
 * @param env variables that are set for it
 * @param passEnv names of the worker's own variables that it may see
 * @param control whether its standard input stays open for messages from the engine
 * @param breaker when it is held because it fails again and again
 * @param grace how long it may take to end by itself before it is killed; may be zero
 * @param whenCutOff what becomes of it while its worker cannot be sure of its lease
 */
public record ProgramDefinition(
        TaskType type,
        String name,
        List<String> command,
        Path directory,
        Map<String, String> env,
        List<String> passEnv,
        boolean control,
        Duration grace,
        WhenCutOff whenCutOff,
        Optional<BreakerRule> breaker) {
    /** What holds where the agents file says nothing. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    public ProgramDefinition {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("a program's directory is absolute, found " + directory);
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("program '" + name + "' has no command");
        }
        command = List.copyOf(command);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        passEnv = List.copyOf(passEnv);
    }

    /** The form of the agents file, with {@code directory} beside its fields. */
    Json toJson() {
        return Json.builder()
                .put("command", command)
                .put("directory", directory.toString())
                .put("env", env)
                .put("passEnv", passEnv)
                .put("control", control)
                .put("graceMs", grace.toMillis())
                .put("whenCutOff", whenCutOff.wire())
                .putIfPresent("breaker", breaker.map(BreakerRule::toJson))
                .build();
    }

    /** Reads a definition that has passed every check. */
    static ProgramDefinition of(TaskType type, String name, Json document, Path directory) {
        Map<String, String> env = new LinkedHashMap<>();
        document.get("env").ifPresent(all -> all.forEachField((key, value) -> env.put(key, value.asText())));
        return new ProgramDefinition(
                type,
                name,
                texts(document, "command"),
                directory,
                env,
                texts(document, "passEnv"),
                document.get("control").map(Json::asBoolean).orElse(false),
                document.get("graceMs")
                        .map(millis -> Duration.ofMillis(millis.asDecimal().longValueExact()))
                        .orElse(DEFAULT_GRACE),
                document.text("whenCutOff").map(WhenCutOff::ofWire).orElse(WhenCutOff.DEFAULT),
                BreakerRule.of(document));
    }

    private static List<String> texts(Json document, String field) {
        return PlanRules.elements(document, field).stream().map(Json::asText).toList();
    }
}
