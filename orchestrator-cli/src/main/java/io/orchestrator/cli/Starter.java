package io.orchestrator.cli;

import io.orchestrator.agent.Agent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/** A plan, an agents file and an agent to begin with, in one of a few languages. */
enum Starter {
    SHELL("plan.json", "agents.json", "greeter.sh"),
    PYTHON("plan.json", "agents.json", "greeter.py"),
    JAVA("plan.json", "agents.json", "Greeter.java", "build.sh");

    private static final String ENGINE = "@ENGINE@";
    private static final String JDK = "@JDK@";

    @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
    private final List<String> files;

    Starter(String... files) {
        this.files = List.of(files);
    }

    /**
     * Writes the files, and makes the directory where there is none.
     *
     * @return their names
     * @throws Refusal when one of them is there already; nothing is written then
     */
    List<String> write(Path directory) {
        for (String file : files) {
            if (Files.exists(directory.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(directory.resolve(file)
                        + " is there already, and nothing is overwritten. Name another directory, or remove it.");
            }
        }
        try {
            Files.createDirectories(directory);
            for (String file : files) {
                Files.writeString(directory.resolve(file), text(file), StandardOpenOption.CREATE_NEW);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + directory, e);
        }
        return files;
    }

    /** The commands to go on with, for somebody who calls them from where {@code directory} leads to. */
    List<String> next(Path directory) {
        String run = "orchestrator run " + quoted(directory.resolve("plan.json")) + " --input name=Ada";
        return switch (this) {
            case SHELL, PYTHON -> List.of(run);
            case JAVA ->
                List.of(
                        "sh " + quoted(directory.resolve("build.sh")),
                        "ORCHESTRATOR_CLASSPATH=" + quoted(directory.resolve("classes")) + " " + run);
        };
    }

    private String text(String file) throws IOException {
        String resource = "init/" + wire() + "/" + file;
        try (InputStream stream = Starter.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the program lacks " + resource);
            }
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return text.contains(ENGINE)
                    ? text.replace(ENGINE, quoted(engine()))
                            .replace(JDK, quoted(Path.of(System.getProperty("java.home"))))
                    : text;
        }
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Where the interface of agents comes from: all that compiling one needs. */
    private static Path engine() {
        try {
            URI place = Agent.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return Path.of(place);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the program is not loaded from a file", e);
        }
    }

    /** For a shell, where it is not plain. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
