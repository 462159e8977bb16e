package io.orchestrator.worker.program;

import java.io.IOException;

/** Where the kernel has nothing better: a session, and a variable that children inherit. */
record MarkKeeper(SessionStarter starter, String why) implements Keeper {
    static MarkKeeper ofThisHost() {
        return new MarkKeeper(SessionStarter.find(ChildEnvironment.workerPath()), "nothing better was looked for");
    }

    @Override
    public Started start(ProcessBuilder builder) throws IOException {
        builder.command(starter.command(builder.command()));
        return new Started(builder.start(), Keep.NONE, starter.startsSessions());
    }

    @Override
    public Keeping keeping() {
        return new Keeping(Keeping.By.MARKS, false, why);
    }

    @Override
    public void trustedUntil(long nanos) {}
}
