package io.orchestrator.embedded;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The servers that were started, by name, as the state file tells one process about another. Immutable.
 *
 * <p>The file is one JSON object that only this class writes and reads, which is why there is no JSON library here:
 * names, pids and ports need no escapes.
 */
record StackState(Map<String, RunningServer> servers) {
    static final StackState NONE = new StackState(Map.of());

    private static final Pattern ENTRY =
            Pattern.compile("\"(\\w+)\": \\{\"pid\": (\\d{1,18}), \"born\": \"([^\"]*)\", \"port\": (\\d{1,5})}");

    StackState {
        servers = Collections.unmodifiableMap(new TreeMap<>(servers));
    }

    Optional<RunningServer> server(String name) {
        return Optional.ofNullable(servers.get(name));
    }

    StackState with(String name, RunningServer server) {
        Map<String, RunningServer> changed = new TreeMap<>(servers);
        changed.put(name, server);
        return new StackState(changed);
    }

    /** What does not look like an entry is not one: whoever finds a server missing asks its own pid file next. */
    static StackState parse(String json) {
        Map<String, RunningServer> servers = new TreeMap<>();
        Matcher entry = ENTRY.matcher(json);
        while (entry.find()) {
            ProcessIdentity process = new ProcessIdentity(Long.parseLong(entry.group(2)), entry.group(3));
            servers.put(entry.group(1), new RunningServer(process, Integer.parseInt(entry.group(4))));
        }
        return new StackState(servers);
    }

    String toJson() {
        return servers.entrySet().stream()
                .map(entry -> toJson(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String toJson(String name, RunningServer server) {
        return "  \"%s\": {\"pid\": %d, \"born\": \"%s\", \"port\": %d}"
                .formatted(name, server.process().pid(), server.process().born(), server.port());
    }
}
