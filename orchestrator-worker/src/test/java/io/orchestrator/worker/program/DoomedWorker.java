package io.orchestrator.worker.program;

import io.orchestrator.agent.ReturnedEarly;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A worker process that runs one program until a test kills it, or has it stand still. */
final class DoomedWorker {
    static final int RETURNED_EARLY = 42;

    private DoomedWorker() {}

    /** Its id, a directory and a script; then how its programs are kept, and for how many ms it is trusted. */
    public static void main(String[] args) throws InterruptedException {
        ProgramSpec spec = ProgramSpec.of("Doomed", List.of("sh", "-c", args[2]), Path.of(args[1]));
        ProgramHost host = ProgramHost.of(args[0]);
        if (args.length > 3) {
            host = host.with(Kind.valueOf(args[3]).keeper(ProcessTable.ofThisHost()));
            long trustMs = Long.parseLong(args[4]);
            if (trustMs > 0) {
                host.trustedUntil(System.nanoTime() + Duration.ofMillis(trustMs).toNanos());
            }
        }
        try {
            new ProgramAgent(spec, host).execute(new RecordingContext());
        } catch (ReturnedEarly e) {
            System.exit(RETURNED_EARLY);
        }
    }
}
