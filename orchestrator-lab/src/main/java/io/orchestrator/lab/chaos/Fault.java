package io.orchestrator.lab.chaos;

import java.time.Duration;

/** Something that goes wrong. */
sealed interface Fault {
    /** What it is counted under in the report. */
    String kind();

    /** How long it goes on before it is healed. */
    Duration lasts();

    /** SIGKILL of a process, which is started again at once. */
    record Kill(Role role) implements Fault {
        @Override
        public String kind() {
            return role.command() + " killed";
        }

        @Override
        public Duration lasts() {
            return Duration.ZERO;
        }
    }

    /**
     * SIGSTOP, and SIGCONT when it is over.
     *
     * @param pastLease whether it is meant to outlast the lease, so that what wakes is a zombie
     */
    record Freeze(Role role, boolean pastLease, Duration lasts) implements Fault {
        @Override
        public String kind() {
            return role.command() + " frozen " + (pastLease ? "beyond" : "within") + " its lease";
        }
    }

    /** A worker reaches neither server, nor they it; packets vanish, connections stand. */
    record CutOff(Duration lasts) implements Fault {
        @Override
        public String kind() {
            return "worker cut off beyond its lease";
        }
    }

    /** Everything on a link of one process comes late. */
    record Slow(Link link, Duration by, Duration lasts) implements Fault {
        @Override
        public String kind() {
            return "link to " + link.server() + " slow";
        }
    }

    /** All connections of one process to a server are closed. */
    record Disconnect(Link link) implements Fault {
        @Override
        public String kind() {
            return "link to " + link.server() + " cut";
        }

        @Override
        public Duration lasts() {
            return Duration.ZERO;
        }
    }

    /** Requests arrive and are carried out, answers vanish, then the connections close: executed, but who knows? */
    record LoseAnswers(Link link, Duration lasts) implements Fault {
        @Override
        public String kind() {
            return "answers of " + link.server() + " lost";
        }
    }

    /** What is done to Redis. */
    enum RedisHarm {
        FLUSHALL("Redis FLUSHALL"),
        KILL("Redis killed"),
        FLUSH_SCRIPTS("Redis SCRIPT FLUSH"),
        KILL_CLIENTS("Redis CLIENT KILL"),
        PAUSE("Redis CLIENT PAUSE");

        private final String kind;

        RedisHarm(String kind) {
            this.kind = kind;
        }

        /** Whether tickets may be gone afterwards. */
        boolean losesTickets() {
            return this == FLUSHALL || this == KILL;
        }
    }

    /** Redis is harmed; a killed one is started again, a pause ends, when it is over. */
    record HarmRedis(RedisHarm harm, Duration lasts) implements Fault {
        @Override
        public String kind() {
            return harm.kind;
        }
    }

    /** Postgres is stopped in mode {@code immediate}, and started again, with crash recovery, when it is over. */
    record StopPostgres(Duration lasts) implements Fault {
        @Override
        public String kind() {
            return "Postgres stopped (immediate)";
        }
    }

    /** {@code pg_terminate_backend} of some of the engine's sessions. */
    record TerminateSessions(int oneIn) implements Fault {
        @Override
        public String kind() {
            return "Postgres sessions terminated";
        }

        @Override
        public Duration lasts() {
            return Duration.ZERO;
        }
    }
}
