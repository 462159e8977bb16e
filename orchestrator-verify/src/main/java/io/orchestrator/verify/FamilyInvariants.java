package io.orchestrator.verify;

/** Tasks that submit tasks and wait for them. */
final class FamilyInvariants {
    private FamilyInvariants() {}

    static Invariant waitsForSomeone() {
        return new Invariant(
                "I16",
                "A task waits only for children that have not ended, and no child outlives the parent that it works for",
                childrenCounted(),
                waitsInVain(),
                outlivesItsParent(),
                childInItsFamily());
    }

    private static Rule childrenCounted() {
        return new Rule.Query(
                "children-counted",
                "a live task's numbers of children are not what counting them gives: one's end was booked twice, or not at all",
                """
                SELECT l.run_id AS run, l.task_id AS task, l.state, l.children, coalesce(c.children, 0) AS counted_children,
                       l.open_children AS open, coalesce(c.open, 0) AS counted_open
                  FROM live l LEFT JOIN (
                       SELECT parent_id, count(*) AS children, count(*) FILTER (WHERE outcome IS NULL) AS open
                         FROM task WHERE parent_id IS NOT NULL GROUP BY parent_id) c ON c.parent_id = l.task_id
                 WHERE (l.children, l.open_children) IS DISTINCT FROM (coalesce(c.children, 0), coalesce(c.open, 0))
                """);
    }

    private static Rule waitsInVain() {
        return new Rule.Query(
                "waits-in-vain", "the task waits, and none of its children is open: nobody will ever wake it", """
                SELECT l.run_id AS run, l.task_id AS task, l.epoch, l.open_children FROM live l
                 WHERE l.state = 'waiting'
                   AND NOT EXISTS (SELECT FROM task c WHERE c.parent_id = l.task_id AND c.outcome IS NULL)
                """);
    }

    /** A parent that ended with its phase or run is another matter: what runs of those may finish. */
    private static Rule outlivesItsParent() {
        return new Rule.Query(
                "outlives-its-parent", "the parent has ended by itself, and its child goes on for nobody", """
                SELECT l.run_id AS run, l.task_id AS task, l.state, p.id AS parent, p.outcome AS parent_outcome
                  FROM live l JOIN task t ON t.id = l.task_id JOIN task p ON p.id = t.parent_id
                 WHERE p.outcome IN ('completed', 'failed', 'dead')
                """);
    }

    private static Rule childInItsFamily() {
        return new Rule.Query(
                "child-in-its-family",
                "the child is in another phase or step than its parent, has no parent, or an id that is not of the family",
                """
                SELECT t.run_id AS run, t.id AS task, t.parent_id AS parent, t.phase_id AS phase, p.phase_id AS parent_phase,
                       t.step, p.step AS parent_step
                  FROM task t LEFT JOIN tasks p ON p.id = t.parent_id
                 WHERE t.parent_id IS NOT NULL
                   AND ((t.run_id, t.phase_id, t.step) IS DISTINCT FROM (p.run_id, p.phase_id, p.step)
                        OR t.id !~ ('^' || t.parent_id || '[.][0-9]+$')
                        OR length(t.id) - length(replace(t.id, '.', '')) > 5)
                    OR t.parent_id IS NULL AND t.id LIKE '%.%'
                """);
    }
}
