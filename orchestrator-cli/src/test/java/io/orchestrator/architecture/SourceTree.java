package io.orchestrator.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The text files of the repository, without what builds and editors leave there. */
final class SourceTree {
    /** As in .gitignore. */
    private static final Set<String> IGNORED_FOLDERS = Set.of("target", ".git", ".idea", ".vscode", ".settings");

    private static final Set<String> IGNORED_FILES =
            Set.of(".git", ".project", ".classpath", "repo-audit-report.md", "review-board-report.md");
    private static final Set<String> IGNORED_EXTENSIONS = Set.of("class", "log", "iml");
    private static final Set<String> BINARY =
            Set.of("png", "jpg", "jpeg", "gif", "ico", "webp", "woff2", "jar", "zip", "gz", "tgz", "pdf");

    static final List<TextFile> FILES = List.copyOf(read(root()));

    private SourceTree() {}

    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("migrations")) && Files.isRegularFile(folder.resolve("pom.xml"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no folder above " + here + " has a pom.xml and migrations/");
    }

    private static List<TextFile> read(Path root) {
        List<TextFile> files = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return IGNORED_FOLDERS.contains(String.valueOf(folder.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isRegularFile() && isOurs(file)) {
                        files.add(text(root, file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the sources below " + root, e);
        }
        files.sort(Comparator.comparing(TextFile::path));
        return files;
    }

    private static boolean isOurs(Path file) {
        String name = String.valueOf(file.getFileName());
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return !IGNORED_FILES.contains(name) && !IGNORED_EXTENSIONS.contains(extension) && !BINARY.contains(extension);
    }

    private static TextFile text(Path root, Path file) throws IOException {
        String path = root.relativize(file).toString().replace('\\', '/');
        try {
            return new TextFile(path, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new IllegalStateException(
                    path + " is no UTF-8: save it as UTF-8, or name its extension among the binary ones", e);
        }
    }
}
