package io.orchestrator.testing.servers;

import io.orchestrator.store.postgres.DatabaseUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A pgbouncer of this machine before a server, with a session for each transaction. */
public final class Pooler implements AutoCloseable {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"));

    private final Path directory;
    private final Process process;
    private final int port;

    private Pooler(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
    }

    /** Where it is; empty where Debian's package, or another, is not installed. */
    public static Optional<Path> binary() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /** Passes on to the server of this URL, whatever the database and user. */
    public static Pooler before(DatabaseUrl server) {
        try {
            Path directory = Files.createTempDirectory(
                    "orchestrator-pooler-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            int port = freePort();
            DatabaseUrl.Host host = server.hosts().getFirst();
            Path users = directory.resolve("users.txt");
            Files.writeString(
                    users,
                    "\"" + server.user().orElseThrow() + "\" \""
                            + server.password().orElse("") + "\"\n");
            Path settings = directory.resolve("pgbouncer.ini");
            Files.writeString(settings, """
                    [databases]
                    * = host=%s port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = 3
                    """.formatted(host.name(), host.port(), port, users));
            List<String> command =
                    new ArrayList<>(List.of(binary().orElseThrow().toString(), settings.toString()));
            if ("root".equals(System.getProperty("user.name"))) {
                // It refuses to run as root.
                command.addAll(1, List.of("-u", "nobody"));
            }
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            return new Pooler(directory, process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The same database by way of the pooler. */
    public DatabaseUrl before(DatabaseUrl url, String query) {
        return DatabaseUrl.parse("postgresql://" + url.user().orElseThrow() + ":"
                + url.password().orElse("") + "@127.0.0.1:" + port + "/" + url.database() + query);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
