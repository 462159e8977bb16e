package io.orchestrator.worker.program;

import java.nio.file.Path;
import java.util.List;

/** A worker process that runs one program until a test kills it. */
final class DoomedWorker {
    private DoomedWorker() {}

    public static void main(String[] args) throws InterruptedException {
        ProgramSpec spec = ProgramSpec.of("Doomed", List.of("sh", "-c", args[2]), Path.of(args[1]));
        new ProgramAgent(spec, ProgramHost.of(args[0])).execute(new RecordingContext());
    }
}
