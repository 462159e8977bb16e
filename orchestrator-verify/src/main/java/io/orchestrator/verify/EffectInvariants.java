package io.orchestrator.verify;

import java.util.Set;

/** What was done outside the engine, told by the journal. */
final class EffectInvariants {
    private static final Set<Need> JOURNAL = Set.of(Need.JOURNAL);

    private EffectInvariants() {}

    static Invariant keyedOnce() {
        return new Invariant(
                "I4",
                "No effect under a key is applied twice",
                new Rule.Query(
                        "keyed-effect-once",
                        "the same key was applied several times, although its taker knows keys",
                        JOURNAL,
                        """
                        SELECT key, min(task) AS task, count(*) AS times, string_agg(line::text, ', ' ORDER BY line) AS journal_lines,
                               string_agg(DISTINCT epoch::text, ', ') AS epochs
                          FROM journal WHERE kind = 'effect' AND keyed AND key IS NOT NULL
                         GROUP BY key HAVING count(*) > 1
                        """),
                new Rule.Query(
                        "key-of-one-task",
                        "two tasks use the same key: the later one's effect would be taken for the earlier one's",
                        JOURNAL,
                        """
                        SELECT key, string_agg(DISTINCT task, ', ') AS tasks FROM journal
                         WHERE kind = 'effect' AND key IS NOT NULL GROUP BY key HAVING count(DISTINCT task) > 1
                        """));
    }

    static Invariant allThere() {
        return new Invariant(
                "I5",
                "A completed task has had all its effects, under the epoch that it completed with",
                new Rule.Query(
                        "all-steps",
                        "the task completed without the effects of all the steps it declares, or with more of them",
                        JOURNAL,
                        """
                        SELECT t.run_id AS run, t.id AS task, j.declared, j.done
                          FROM task t
                          JOIN (SELECT task, max(of) AS declared,
                                       count(DISTINCT step) FILTER (WHERE kind = 'effect') AS done
                                  FROM journal GROUP BY task) j ON j.task = t.id
                         WHERE t.outcome = 'completed' AND j.declared <> j.done
                        """),
                new Rule.Query(
                        "finish-of-its-epoch",
                        "the attempt that holds the final epoch never finished: the end was reported by a holder that"
                                + " was no longer trusted",
                        JOURNAL,
                        """
                        SELECT t.run_id AS run, t.id AS task, t.epoch, j.epochs AS finished_under
                          FROM task t
                          JOIN (SELECT task, array_agg(DISTINCT epoch) AS epochs
                                  FROM journal WHERE kind = 'finish' GROUP BY task) j ON j.task = t.id
                         WHERE t.outcome = 'completed' AND t.epoch <> ALL (j.epochs)
                        """));
    }
}
