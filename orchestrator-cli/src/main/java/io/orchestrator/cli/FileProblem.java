package io.orchestrator.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** What is wrong with a file, in words: the exceptions of Java often say no more than its name. */
final class FileProblem {
    private FileProblem() {}

    static String of(IOException failure) {
        return switch (failure) {
            case AccessDeniedException e -> "permission denied at " + e.getFile();
            case NoSuchFileException e -> "there is no " + e.getFile();
            case FileSystemException e when e.getReason() != null -> e.getReason() + " at " + e.getFile();
            default -> Objects.requireNonNullElseGet(failure.getMessage(), failure::toString);
        };
    }

    /** What was being done, and what came between. */
    static String of(UncheckedIOException failure) {
        IOException cause = Objects.requireNonNull(failure.getCause());
        String message = String.valueOf(failure.getMessage());
        // Java makes one of the cause's name where none was given.
        String doing = message.equals(cause.toString()) ? "a file could not be used" : message;
        return doing + " (" + of(cause) + ")";
    }
}
