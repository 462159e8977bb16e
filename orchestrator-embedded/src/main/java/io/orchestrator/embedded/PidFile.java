package io.orchestrator.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A pid file that a server writes itself: the pid is in the first line. */
record PidFile(Path file) {
    /** All lines, none if there is no file. */
    List<String> lines() {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new LocalStackException("Cannot read " + file + ", which says whether a server is running", e);
        }
    }

    /** The pid, unless the file is missing, empty or garbled. */
    Optional<Long> pid() {
        return lines().stream()
                .findFirst()
                .map(String::strip)
                .filter(line -> line.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    /**
     * The process that wrote the file, if it still runs. The pid alone says nothing after a crash, as another program
     * may have got it; the server that is meant has the directory on its command line.
     */
    Optional<ProcessIdentity> processNaming(Path directory) {
        return pid().filter(pid -> ProcessHandle.of(pid)
                        .map(handle -> names(handle.info(), directory.toString()))
                        .orElse(false))
                .flatMap(ProcessIdentity::of);
    }

    private static boolean names(ProcessHandle.Info process, String directory) {
        return process.commandLine().map(line -> line.contains(directory)).orElse(false);
    }
}
