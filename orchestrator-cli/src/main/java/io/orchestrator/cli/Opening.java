package io.orchestrator.cli;

/**
 * What a command needs of its servers.
 *
 * @param migrates whether it brings the schema of somebody's Postgres up to date; our own is always brought up to date
 * @param queue whether it needs Redis at all
 * @param queueMayBeAway whether it can do its work until Redis is back
 * @param connections to Postgres at most
 */
record Opening(boolean migrates, boolean queue, boolean queueMayBeAway, int connections) {
    /** Looks, or changes a single row. */
    static final Opening LOOK = new Opening(false, false, true, 2);

    /** Brings the schema up to date, and nothing else. */
    static final Opening MIGRATE = new Opening(true, false, true, 2);

    /** Submits; what cannot be told over Redis is found by the dispatcher. */
    static final Opening SUBMIT = new Opening(false, true, true, 2);

    /** Does all the work of a run, for somebody who waits. */
    static final Opening WORK = new Opening(true, true, false, 10);

    /** All services, for long. */
    static final Opening SERVE_ALL = new Opening(true, true, true, 10);

    /** One service of many, for long; the schema is an operator's business. */
    static final Opening SERVE = new Opening(false, true, true, 10);

    /** Whether nothing can be done on a Postgres that is read-only, such as a standby. */
    boolean writes() {
        return migrates || queue;
    }
}
