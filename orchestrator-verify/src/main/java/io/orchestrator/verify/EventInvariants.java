package io.orchestrator.verify;

import java.util.Set;

/** The numbers of events. */
final class EventInvariants {
    private EventInvariants() {}

    static Invariant noGaps() {
        return new Invariant(
                        "I13",
                        "The events of a run are numbered 1 to n without gaps or doubles",
                        new Rule.Query(
                                "event-numbers",
                                "an event was lost or written twice: a reader that asks for what is new misses it",
                                """
                                SELECT n.* FROM (
                                       SELECT r.id AS run, r.event_seq, count(e.seq) AS events, count(DISTINCT e.seq) AS numbers,
                                              min(e.seq) AS first, max(e.seq) AS last
                                         FROM run r LEFT JOIN event e ON e.run_id = r.id GROUP BY r.id, r.event_seq) n
                                 WHERE events <> numbers
                                    OR CASE WHEN run IN (SELECT run_id FROM cut_log)
                                            THEN events > 0 AND (last <> event_seq OR events <> last - first + 1)
                                            ELSE events <> event_seq OR coalesce(first, 1) <> 1
                                                 OR coalesce(last, 0) <> event_seq END
                                """),
                        new Rule.Query(
                                "event-of-a-run",
                                "events belong to a run that does not exist: the run was lost",
                                Set.of(Need.WHOLE_DATABASE),
                                """
                                SELECT e.run_id AS run, count(*) AS events FROM event e
                                 WHERE NOT EXISTS (SELECT FROM runs r WHERE r.id = e.run_id) GROUP BY e.run_id
                                """))
                .without("a chain of hashes: the engine keeps none yet");
    }
}
