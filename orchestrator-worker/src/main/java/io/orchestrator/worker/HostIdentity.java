package io.orchestrator.worker;

import io.orchestrator.store.LeaseStore.WorkerInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Which process on which host this is. Information for people, and proof of death: a process of this boot whose pid is
 * gone, or belongs to one that started at another time, is dead.
 */
public record HostIdentity(String host, String bootId, long pid, String pidStarted) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    public static HostIdentity ofThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        return new HostIdentity(hostName(), thisBoot(), self.pid(), started(self));
    }

    WorkerInfo worker(String id, int slots) {
        return new WorkerInfo(id, host, bootId, pid, pidStarted, slots, version());
    }

    /** A name that stays the same over restarts on this host as far as possible is not worth more: idle ones are removed. */
    String consumerName() {
        return host + "/" + pid;
    }

    /** Whether a worker that was registered on this host and boot can no longer be running. */
    public boolean provesDead(WorkerInfo worker) {
        if (!worker.host().equals(host) || !worker.bootId().equals(bootId)) {
            return false;
        }
        return ProcessHandle.of(worker.pid())
                .map(p -> !started(p).equals(worker.pidStarted()))
                .orElse(true);
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Distinguishes boots, and containers that share a kernel but not a pid namespace. */
    private static String thisBoot() {
        try {
            String boot = Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
            Path namespace = Path.of("/proc/self/ns/pid");
            return Files.exists(namespace) ? boot + "/" + Files.readSymbolicLink(namespace) : boot;
        } catch (IOException e) {
            return "unreadable";
        }
    }

    private static String version() {
        String version = HostIdentity.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
