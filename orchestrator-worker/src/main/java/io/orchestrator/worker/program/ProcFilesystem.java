package io.orchestrator.worker.program;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a Linux host, from {@code /proc}. A process that vanishes while it is read is simply not there. */
final class ProcFilesystem implements ProcessSource {
    private static final Logger log = LoggerFactory.getLogger(ProcFilesystem.class);
    private static final File PROC = new File("/proc");

    /** The kernel shows start times in hundredths of a second on every platform that Java runs on. */
    private static final long TICKS_PER_SECOND = 100;

    private static final int STAT_MAX_BYTES = 4_096;

    private final String namespace = readNamespace();

    static boolean isAvailable() {
        return new File(PROC, "self/stat").canRead() && new File(PROC, "uptime").canRead();
    }

    @Override
    public Collection<ProcessEntry> scan() {
        String[] names = PROC.list();
        if (names == null) {
            throw new IllegalStateException("cannot list " + PROC + ": is it still mounted?");
        }
        List<ProcessEntry> entries = new ArrayList<>(names.length);
        byte[] buffer = new byte[STAT_MAX_BYTES];
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                readStat(Long.parseLong(name), buffer).ifPresent(entries::add);
            }
        }
        return entries;
    }

    @Override
    public Optional<ProcessEntry> find(long pid) {
        return readStat(pid, new byte[STAT_MAX_BYTES]);
    }

    @Override
    public Environment environment(long pid) {
        try (FileInputStream file = new FileInputStream(PROC + "/" + pid + "/environ")) {
            return Environment.of(file.readAllBytes());
        } catch (IOException e) {
            log.trace("process {} ended, or belongs to another user", pid, e);
            return Environment.UNKNOWN;
        }
    }

    @Override
    public long startBound() {
        try {
            String uptime = Files.readString(Path.of(PROC.getPath(), "uptime"));
            double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            return (long) (seconds * TICKS_PER_SECOND) - 1;
        } catch (IOException e) {
            log.debug("no uptime; every process counts as started since", e);
            return 0;
        }
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public boolean tellsAll() {
        return true;
    }

    private static Optional<ProcessEntry> readStat(long pid, byte[] buffer) {
        try (FileInputStream file = new FileInputStream(PROC + "/" + pid + "/stat")) {
            int length = file.read(buffer);
            return length <= 0
                    ? Optional.empty()
                    : Optional.of(parse(pid, new String(buffer, 0, length, StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            log.trace("process {} ended while it was looked at", pid, e);
            return Optional.empty();
        }
    }

    /** Counts fields from the last parenthesis, because the program's name before it may hold spaces and parentheses. */
    static ProcessEntry parse(long pid, String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        char state = fields[0].charAt(0);
        long threads = Long.parseLong(fields[17]);
        // A process whose first thread has ended shows as a zombie while its other threads run on.
        boolean ended = state == 'X' || state == 'x' || (state == 'Z' && threads <= 1);
        return new ProcessEntry(
                pid,
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]),
                ended);
    }

    private static String readNamespace() {
        try {
            return Files.readSymbolicLink(Path.of(PROC.getPath(), "self/ns/pid"))
                    .toString();
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("this kernel does not name its process namespaces", e);
            return "unknown";
        }
    }
}
