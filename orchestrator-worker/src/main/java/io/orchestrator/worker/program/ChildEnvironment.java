package io.orchestrator.worker.program;

import io.orchestrator.agent.TaskInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** All that a program finds in its environment. The worker's own, with its passwords, is not inherited. */
final class ChildEnvironment {
    private static final String FALLBACK_PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final Set<String> TAKEN_OVER = Set.of("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR");
    private static final String LOCALE_PREFIX = "LC_";
    private static final String LC_ALL = "LC_ALL";

    /** What LC_ALL was before the engine was given a locale of UTF-8 by its launcher; empty when it was not set. */
    private static final String LC_ALL_OF_THE_USER = "ORCHESTRATOR_LC_ALL";

    private ChildEnvironment() {}

    /** Later layers win: the worker's, the task, the worker's variables, the agent's own, the marks of the engine. */
    static Map<String, String> of(ProgramSpec spec, ProgramHost host, TaskInfo task) {
        Map<String, String> result = new HashMap<>();
        withUsersLocale(System.getenv()).forEach((name, value) -> {
            if (TAKEN_OVER.contains(name)
                    || name.startsWith(LOCALE_PREFIX)
                    || spec.passEnv().contains(name)) {
                result.put(name, value);
            }
        });
        result.putIfAbsent("PATH", FALLBACK_PATH);
        result.put("ORCHESTRATOR_TASK_ID", task.id());
        result.put("ORCHESTRATOR_RUN_ID", task.runId());
        result.put("ORCHESTRATOR_PHASE", task.phase());
        result.put("ORCHESTRATOR_TARGET", task.target());
        result.put("ORCHESTRATOR_ATTEMPT", Integer.toString(task.attempt()));
        result.put("ORCHESTRATOR_EPOCH", Long.toString(task.epoch()));
        task.deadline().ifPresent(at -> result.put("ORCHESTRATOR_DEADLINE", at.toString()));
        result.putAll(host.variables());
        result.putAll(spec.env());
        result.putAll(host.markers());
        return result;
    }

    /** The locale is the user's, not the one that the engine runs in. */
    static Map<String, String> withUsersLocale(Map<String, String> own) {
        String users = own.get(LC_ALL_OF_THE_USER);
        if (users == null) {
            return own;
        }
        Map<String, String> result = new HashMap<>(own);
        if (users.isEmpty()) {
            result.remove(LC_ALL);
        } else {
            result.put(LC_ALL, users);
        }
        return result;
    }

    /** The PATH that this agent's command is looked up in, which is also the one it sees. */
    static String path(ProgramSpec spec) {
        String own = spec.env().get("PATH");
        return own == null ? workerPath() : own;
    }

    static String workerPath() {
        return System.getenv().getOrDefault("PATH", FALLBACK_PATH);
    }
}
