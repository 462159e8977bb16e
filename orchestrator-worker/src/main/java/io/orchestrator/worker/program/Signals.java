package io.orchestrator.worker.program;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Signals that Java cannot send, by the shell's {@code kill}: to many processes in one go, and to whole groups. */
enum Signals {
    STOP,
    CONT,
    KILL;

    /** As {@code kill} wants to have it. */
    static String group(ProcessEntry process) {
        return "-" + process.group();
    }

    static String process(ProcessEntry process) {
        return Long.toString(process.pid());
    }

    /** Returns when the shell is started. A target that is gone does not keep the others from being signalled. */
    Process start(Collection<String> targets) throws IOException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\"", name()));
        command.addAll(targets);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
