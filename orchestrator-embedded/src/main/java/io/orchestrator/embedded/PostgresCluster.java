package io.orchestrator.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The Postgres cluster on disk: created once, configured at every start.
 *
 * <p>It is created under another name and renamed when it is complete, password and database included, so a crash in
 * between leaves something that is thrown away and never half a cluster.
 */
final class PostgresCluster {
    static final String USER = "orchestrator";
    static final String DATABASE = "orchestrator";

    private static final String CONFIGURATION = "orchestrator.conf";
    private static final String PASSWORD = "orchestrator.password";

    /** Durable and for loopback alone. What is not here is Postgres' default. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            // A socket's path has a limit of about 100 characters, which a data directory may well exceed.
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "200"),
            Map.entry("shared_buffers", "256MB"),
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("wal_compression", "on"),
            // The hot tables are small and change all the time: look often, and do not wait for a fifth to be dead.
            Map.entry("autovacuum_naptime", "10s"),
            Map.entry("autovacuum_vacuum_scale_factor", "0.05"),
            Map.entry("autovacuum_analyze_scale_factor", "0.05"),
            // Compiling costs more than short statements take.
            Map.entry("jit", "off"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"));

    private final DataDirectory directory;
    private final BinaryCache binaries;
    private final Supplier<PostgresAccount> account;

    /** Programs and account are looked for only when they are needed: joining running servers needs neither. */
    PostgresCluster(DataDirectory directory, BinaryCache binaries, Supplier<PostgresAccount> account) {
        this.directory = directory;
        this.binaries = binaries;
        this.account = account;
    }

    Path data() {
        return directory.postgres();
    }

    /** The command that runs one of Postgres' programs as the account that owns the cluster. */
    List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(binaries.postgresPrograms().resolve(program).toString()));
        command.addAll(List.of(arguments));
        return account.get().command(command);
    }

    /** Creates the cluster if there is none. */
    void create(Duration limit) {
        if (Files.exists(data())) {
            return;
        }
        Path unfinished = directory.path().resolve("postgres.new");
        Path password = directory.path().resolve("postgres.new.password");
        try {
            if (Files.exists(unfinished)) {
                FileTree.delete(unfinished);
            }
            Files.deleteIfExists(password);
            Files.createFile(password, FileTree.PRIVATE_FILE);
            Files.writeString(password, Passwords.random());
            ServerLog log = ServerLog.begin(directory.logs(), "postgres");
            runToEnd(initdb(unfinished, password), "", log, limit);
            Files.writeString(
                    unfinished.resolve("postgresql.conf"),
                    "\ninclude '" + CONFIGURATION + "'\n",
                    StandardOpenOption.APPEND);
            Files.createFile(unfinished.resolve(CONFIGURATION), FileTree.PRIVATE_FILE);
            runToEnd(singleUser(unfinished), "CREATE DATABASE " + DATABASE + "\n", log, limit);
            Files.move(password, unfinished.resolve(PASSWORD), StandardCopyOption.ATOMIC_MOVE);
            Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the Postgres data in " + data(), e);
        }
    }

    /** Writes the configuration of the next start; the cluster is the account's afterwards. */
    void configure(int port, Map<String, String> extra) {
        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.putAll(extra);
        settings.put("port", Integer.toString(port));
        String text = settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining(
                        "", "# Written at every start; settings of your own go to postgresql.conf.\n", ""));
        try {
            Files.writeString(data().resolve(CONFIGURATION), text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot configure Postgres in " + data(), e);
        }
        account.get().own(data());
    }

    String password() {
        Path file = data().resolve(PASSWORD);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the password of the database, " + file, e);
        }
    }

    /** Sorting by code point is the same on every machine, whatever its libc calls a locale. */
    private List<String> initdb(Path target, Path password) {
        return command(
                "initdb",
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
    }

    /** A server without a network: the database exists before anybody can connect. */
    private List<String> singleUser(Path target) {
        return command("postgres", "--single", "-D", target.toString(), "-c", "exit_on_error=on", "postgres");
    }

    private void runToEnd(List<String> command, String input, ServerLog log, Duration limit) throws IOException {
        Path commands = directory.path().resolve("postgres.new.commands");
        Files.writeString(commands, input);
        Process process = ServerProgram.start(command, directory.path(), commands, log);
        if (!BoundedWait.until(limit, () -> !process.isAlive())) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw log.failure("Postgres", "creating its data took longer than " + limit);
        }
        Files.delete(commands);
        if (process.exitValue() != 0) {
            throw log.failure("Postgres", "creating its data failed (exit status " + process.exitValue() + ")");
        }
    }
}
