package io.orchestrator.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes as Linux shows them. */
final class ProcFileSystem implements ProcessTable {
    private static final Logger log = LoggerFactory.getLogger(ProcFileSystem.class);
    private static final String MARK = "ORCHESTRATOR_ATTEMPT_ID=";

    private final Path root;

    ProcFileSystem(Path root) {
        this.root = root;
    }

    @Override
    public Optional<String> obstacle() {
        return Files.isReadable(root.resolve("self").resolve("environ"))
                ? Optional.empty()
                : Optional.of("processes are only looked at on Linux, through " + root);
    }

    @Override
    public List<Marked> marked() {
        List<Marked> result = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path entry : entries) {
                read(entry).ifPresent(result::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new VerificationException("the processes of this host cannot be listed: " + e, e);
        }
        return result;
    }

    /** Empty also for a process of another user, and for one that ends while it is looked at. */
    private static Optional<Marked> read(Path entry) {
        try {
            long pid = Long.parseLong(entry.getFileName().toString());
            return Arrays.stream(strings(entry.resolve("environ")))
                    .filter(variable -> variable.startsWith(MARK))
                    .findFirst()
                    .map(variable -> variable.substring(MARK.length()))
                    .map(attempt -> new Marked(pid, attempt, command(entry)));
        } catch (IOException | NumberFormatException e) {
            log.trace("{} is not looked at", entry, e);
            return Optional.empty();
        }
    }

    private static String command(Path entry) {
        try {
            return String.join(" ", strings(entry.resolve("cmdline")));
        } catch (IOException e) {
            log.trace("{} has gone", entry, e);
            return "";
        }
    }

    private static String[] strings(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0");
    }
}
