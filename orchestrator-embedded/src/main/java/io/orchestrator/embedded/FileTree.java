package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is done to a directory with all that is in it. Symbolic links are never followed. */
final class FileTree {
    static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private FileTree() {}

    /** Deletes what is there; files that vanish meanwhile (a server that removes its pid file) are fine. */
    static void delete(Path root) {
        visit(root, path -> Files.deleteIfExists(path));
    }

    /** Gives everything to a numeric user id. */
    static void chown(Path root, int uid) {
        visit(root, path -> Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS));
    }

    static int ownerUid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private interface Action {
        void on(Path path) throws IOException;
    }

    private static void visit(Path root, Action action) {
        try {
            Files.walkFileTree(root, new ChildrenFirst(action));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot go through " + root, e);
        }
    }

    private static final class ChildrenFirst extends SimpleFileVisitor<Path> {
        private final Action action;

        ChildrenFirst(Action action) {
            this.action = action;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            action.on(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            action.on(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
