package io.orchestrator.worker.program;

import io.orchestrator.plan.WhenCutOff;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An agent that is a program.
 *
 * @param name the agent's name in plans
 * @param command the program and its arguments, handed over as they are and never through a shell. A name without a
 *     slash is looked up in the PATH, one with a slash is relative to {@code directory}
 * @param directory the working directory
 * @param env variables for the program, on top of the few it has anyway
 * @param passEnv names of variables that are taken over from the worker's environment where they are set
 * @param control keep stdin open after the task, for control lines such as the wrap-up notice
 * @param grace how long the program may take to end after SIGTERM before it is killed
 * @param whenCutOff what becomes of it while its worker cannot be sure of its lease
 */
public record ProgramSpec(
        String name,
        List<String> command,
        Path directory,
        Map<String, String> env,
        List<String> passEnv,
        boolean control,
        Duration grace,
        WhenCutOff whenCutOff) {
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    public ProgramSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        passEnv = List.copyOf(passEnv);
        directory = directory.toAbsolutePath();
    }

    /** A program with nothing but defaults. */
    public static ProgramSpec of(String name, List<String> command, Path directory) {
        return new ProgramSpec(name, command, directory, Map.of(), List.of(), false, DEFAULT_GRACE, WhenCutOff.DEFAULT);
    }

    public ProgramSpec withEnv(Map<String, String> variables) {
        return new ProgramSpec(name, command, directory, variables, passEnv, control, grace, whenCutOff);
    }

    public ProgramSpec withPassEnv(List<String> names) {
        return new ProgramSpec(name, command, directory, env, names, control, grace, whenCutOff);
    }

    public ProgramSpec withControl(boolean keepStdinOpen) {
        return new ProgramSpec(name, command, directory, env, passEnv, keepStdinOpen, grace, whenCutOff);
    }

    public ProgramSpec withGrace(Duration duration) {
        return new ProgramSpec(name, command, directory, env, passEnv, control, duration, whenCutOff);
    }

    public ProgramSpec withWhenCutOff(WhenCutOff choice) {
        return new ProgramSpec(name, command, directory, env, passEnv, control, grace, choice);
    }

    /** Why this agent cannot be started on this host, in a sentence with its name; empty when it can. */
    public Optional<String> problem() {
        return switch (lookup()) {
            case CommandLookup.Found found -> Optional.empty();
            case CommandLookup.Missing missing -> Optional.of(missing.reason());
        };
    }

    /** The program to start, or {@link #problem()}. */
    CommandLookup lookup() {
        Optional<String> unusable = unusable();
        CommandLookup lookup = unusable.isPresent()
                ? new CommandLookup.Missing(unusable.get())
                : CommandLookup.of(command.getFirst(), ChildEnvironment.path(this), directory);
        return switch (lookup) {
            case CommandLookup.Found found -> found;
            case CommandLookup.Missing missing ->
                new CommandLookup.Missing("agent '" + name + "': " + missing.reason());
        };
    }

    private Optional<String> unusable() {
        if (command.isEmpty() || command.getFirst().isBlank()) {
            return Optional.of("\"command\" is empty; expected a list such as [\"sh\", \"agent.sh\"]");
        }
        if (command.stream().anyMatch(ProgramSpec::holdsNul)) {
            return Optional.of("\"command\" holds a NUL character, which no program can be given");
        }
        if (grace.isNegative()) {
            return Optional.of("the grace for ending it is negative: " + grace);
        }
        for (Map.Entry<String, String> variable : env.entrySet()) {
            String variableName = variable.getKey();
            if (variableName.isEmpty() || variableName.contains("=") || holdsNul(variableName + variable.getValue())) {
                return Optional.of("\"env\" holds '" + variableName + "', which cannot be a variable: a name is not"
                        + " empty and has no '=', and neither name nor value has a NUL character");
            }
        }
        Optional<String> inexpressible = inexpressible(SystemText.ofThisProcess());
        if (inexpressible.isPresent()) {
            return inexpressible;
        }
        return Files.isDirectory(directory)
                ? Optional.empty()
                : Optional.of("its directory does not exist: " + directory);
    }

    private Optional<String> inexpressible(SystemText system) {
        for (String argument : command) {
            if (!system.canExpress(argument)) {
                return Optional.of(
                        "\"command\" holds '" + argument + "', which it cannot be given: " + system.reason());
            }
        }
        for (Map.Entry<String, String> variable : env.entrySet()) {
            if (!system.canExpress(variable.getKey() + variable.getValue())) {
                return Optional.of("\"env\" holds '" + variable.getKey() + "' with a value that it cannot be given: "
                        + system.reason());
            }
        }
        return Optional.empty();
    }

    private static boolean holdsNul(String text) {
        return text.indexOf('\0') >= 0;
    }
}
