package io.orchestrator.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * The servers' programs, unpacked once per user and artifact.
 *
 * <p>An entry is named after its content (checksum), so a new version lands beside the old one and never below a
 * running server. It is unpacked under another name and renamed when complete: what has its final name is whole. A lock
 * lets one process unpack while the others wait; it also makes every half unpacked entry it meets an abandoned one.
 */
final class BinaryCache {
    private static final String PARTIAL = ".partial";

    private final Path root;
    private final Platform platform;

    BinaryCache(Path root, Platform platform) {
        this.root = root;
        this.platform = platform;
    }

    static BinaryCache ofUser() {
        return new BinaryCache(UserDirectories.current().cache(), Platform.current());
    }

    /** The directory with Postgres' programs: {@code initdb}, {@code postgres}. */
    Path postgresPrograms() {
        URL archive = resource(platform.postgresResource(), platform.postgresArtifact());
        return entry("postgres", archive, TarXz::unpack).resolve("bin");
    }

    Path redisServer() {
        URL program = resource(platform.redisResource(), "org.signal:embedded-redis");
        return entry("redis", program, (in, directory) -> {
                    Path file = directory.resolve("redis-server");
                    Files.copy(in, file);
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                })
                .resolve("redis-server");
    }

    private interface Unpacking {
        void unpack(InputStream source, Path directory) throws IOException;
    }

    private static URL resource(String name, String artifact) {
        URL url = BinaryCache.class.getClassLoader().getResource(name);
        if (url == null) {
            throw new LocalStackException("The server for this platform is not on the class path: " + name
                    + ". Name servers of your own (DATABASE_URL and REDIS_URL), add the artifact " + artifact
                    + " (runtime scope), or build on this platform.");
        }
        return url;
    }

    private Path entry(String name, URL source, Unpacking unpacking) {
        try {
            Path entry = root.resolve(name + "-" + checksum(source));
            if (Files.notExists(entry)) {
                Files.createDirectories(root, FileTree.PRIVATE_DIRECTORY);
                unpackOnce(entry, source, unpacking);
            }
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot unpack " + name + " to " + root + ". XDG_CACHE_HOME can name another place.", e);
        }
    }

    private void unpackOnce(Path entry, URL source, Unpacking unpacking) throws IOException {
        // A file lock holds between processes only; within this one the class is the lock.
        synchronized (BinaryCache.class) {
            try (FileChannel file = FileChannel.open(
                            root.resolve("unpack.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (lock.isValid() && Files.notExists(entry)) {
                    deleteAbandoned();
                    Path partial = Files.createTempDirectory(root, entry.getFileName() + PARTIAL);
                    try (InputStream in = new BufferedInputStream(source.openStream(), 1 << 16)) {
                        unpacking.unpack(in, partial);
                    }
                    Files.move(partial, entry, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private void deleteAbandoned() throws IOException {
        try (DirectoryStream<Path> partials = Files.newDirectoryStream(root, "*" + PARTIAL + "*")) {
            partials.forEach(FileTree::delete);
        }
    }

    /** From the jar's directory where there is one: a warm start does not read 15 MB to learn that nothing changed. */
    private static String checksum(URL source) throws IOException {
        URLConnection connection = source.openConnection();
        if (connection instanceof JarURLConnection jar && jar.getJarEntry() != null) {
            return "%08x-%d"
                    .formatted(jar.getJarEntry().getCrc(), jar.getJarEntry().getSize());
        }
        CRC32 crc = new CRC32();
        try (CheckedInputStream in = new CheckedInputStream(connection.getInputStream(), crc)) {
            long size = in.transferTo(OutputStream.nullOutputStream());
            return "%08x-%d".formatted(crc.getValue(), size);
        }
    }
}
