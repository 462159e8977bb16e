package io.orchestrator.plan;

import io.orchestrator.json.Json;
import io.orchestrator.json.JsonException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The programs that stand behind the names of agents and tools, as an agents file defines them. Immutable.
 *
 * <p>{@link #toJson()} and {@link #fromJson} keep the resolved definitions with a run, so that it goes on with the same
 * programs wherever it is taken up again.
 */
public record AgentsFile(Map<String, ProgramDefinition> agents, Map<String, ProgramDefinition> tools) {
    public static final AgentsFile EMPTY = new AgentsFile(Map.of(), Map.of());

    private static final DocumentSchema SCHEMA = DocumentSchema.resource("agents.schema.json");

    public AgentsFile {
        agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
        tools = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
    }

    /**
     * Reads a file; its folder is where the programs are started.
     *
     * @throws InvalidAgentsFileException naming the file, when it cannot be read or is not valid
     */
    public static AgentsFile read(Path file) {
        String document = "the agents file " + file;
        Faults faults = new Faults();
        Json json = DocumentSchema.parse(AgentsFileText.read(file, document), faults);
        faults.refuse(list -> new InvalidAgentsFileException(document, list));
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        return parse(json, folder == null ? absolute : folder, document);
    }

    /**
     * Reads a document whose programs are started in the given directory.
     *
     * @throws InvalidAgentsFileException with all its faults
     */
    public static AgentsFile parse(Json document, Path baseDirectory) {
        return parse(document, baseDirectory.toAbsolutePath().normalize(), "the agents file");
    }

    private static AgentsFile parse(Json json, Path directory, String document) {
        Faults faults = new Faults();
        SCHEMA.check(json, faults);
        faults.refuse(list -> new InvalidAgentsFileException(document, list));
        return of(json, program -> directory);
    }

    /** What {@link #fromJson} reads again: the same definitions with their directories. */
    public Json toJson() {
        Map<String, Json> agentForms = new LinkedHashMap<>();
        agents.forEach((name, definition) -> agentForms.put(name, definition.toJson()));
        Map<String, Json> toolForms = new LinkedHashMap<>();
        tools.forEach((name, definition) -> toolForms.put(name, definition.toJson()));
        return Json.object("agents", agentForms, "tools", toolForms);
    }

    /** Reads what {@link #toJson()} has written. */
    public static AgentsFile fromJson(Json stored) {
        return of(
                stored,
                program -> Path.of(program.text("directory")
                        .orElseThrow(() -> new JsonException("a stored program has no directory: " + program))));
    }

    private static AgentsFile of(Json json, Function<Json, Path> directory) {
        return new AgentsFile(
                programs(json, "agents", TaskType.AGENT, directory), programs(json, "tools", TaskType.TOOL, directory));
    }

    private static Map<String, ProgramDefinition> programs(
            Json json, String field, TaskType type, Function<Json, Path> directory) {
        Map<String, ProgramDefinition> result = new LinkedHashMap<>();
        json.get(field).ifPresent(all -> {
            if (!all.isObject()) {
                throw new JsonException("expected an object at '" + field + "', found " + all.describe());
            }
            all.forEachField((name, program) ->
                    result.put(name, ProgramDefinition.of(type, name, program, directory.apply(program))));
        });
        return result;
    }
}
