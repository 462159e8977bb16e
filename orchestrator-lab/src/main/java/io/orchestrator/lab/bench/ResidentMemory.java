package io.orchestrator.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of a process that is in RAM, as Linux tells it.
 *
 * @param allMb with the pages of files, which processes of one machine share
 * @param anonymousMb heap, stacks and the like, which each has for itself
 */
record ResidentMemory(double allMb, double anonymousMb) {
    static boolean isKnown() {
        return Files.isReadable(Path.of("/proc/self/status"));
    }

    /** Of a living process. */
    static ResidentMemory of(long pid) {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"));
            return new ResidentMemory(mb(lines, "VmRSS:"), mb(lines, "RssAnon:"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the memory of process " + pid, e);
        }
    }

    private static double mb(List<String> lines, String field) {
        return lines.stream()
                        .filter(line -> line.startsWith(field))
                        .map(line -> line.replaceAll("\\D", ""))
                        .mapToLong(Long::parseLong)
                        .sum()
                / 1024.0;
    }
}
