package io.orchestrator.verify;

/** Processes that agents left behind. */
final class ProcessInvariants {
    private ProcessInvariants() {}

    static Invariant noOrphans() {
        return new Invariant(
                        "I15",
                        "No process of an ended attempt runs on this host",
                        new Rule.NoOrphans(
                                "orphan-process",
                                "a program goes on although its attempt was ended or taken away: what it does is lost,"
                                        + " and may be done twice"))
                .without("processes of other hosts and other users cannot be seen from here");
    }
}
