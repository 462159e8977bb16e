package io.orchestrator.cli;

import io.orchestrator.agent.AgentRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceConfigurationError;
import java.util.zip.ZipFile;

/** The Java agents on the class path. */
final class JavaAgents {
    /** Read by the launcher, which puts what it names on the class path. */
    private static final String CLASS_PATH = "ORCHESTRATOR_CLASSPATH";

    private JavaAgents() {}

    /** @throws Refusal when one cannot be loaded, two have the same name, or a jar that was named cannot be read */
    static AgentRegistry discover(Caller caller) {
        caller.variable(CLASS_PATH).ifPresent(path -> check(caller, path));
        try {
            return AgentRegistry.discover();
        } catch (ServiceConfigurationError | IllegalArgumentException e) {
            throw new Refusal("the Java agents on the class path cannot be used: " + e.getMessage(), e);
        }
    }

    /** Java passes over what it cannot read, and the agents in it would be unknown later, without a reason. */
    private static void check(Caller caller, String classPath) {
        for (String entry : classPath.split(File.pathSeparator)) {
            // dir/* is all jars of a folder, to Java as well.
            Path place = caller.resolve(Path.of(entry.endsWith("*") ? entry.substring(0, entry.length() - 1) : entry));
            if (!Files.isReadable(place)) {
                throw unusable(entry, "which is not there or cannot be read");
            }
            if (Files.isRegularFile(place)) {
                requireJar(entry, place);
            }
        }
    }

    private static void requireJar(String entry, Path file) {
        try (ZipFile jar = new ZipFile(file.toFile())) {
            if (jar.size() == 0) {
                throw unusable(entry, "which is an empty jar");
            }
        } catch (IOException e) {
            throw unusable(entry, "which is no jar (" + FileProblem.of(e) + ")");
        }
    }

    private static Refusal unusable(String entry, String why) {
        return new Refusal(CLASS_PATH + " names " + entry + ", " + why
                + ". Expected jars and folders with agents in Java, divided by colons.");
    }
}
