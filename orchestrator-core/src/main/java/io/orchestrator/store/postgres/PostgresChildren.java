package io.orchestrator.store.postgres;

import io.orchestrator.agent.ChildRefused;
import io.orchestrator.agent.ChildResult;
import io.orchestrator.agent.ChildSpec;
import io.orchestrator.agent.Usage;
import io.orchestrator.plan.Priority;
import io.orchestrator.queue.Ticket;
import io.orchestrator.run.Kinship;
import io.orchestrator.run.TaskState;
import io.orchestrator.store.ChildStore;
import io.orchestrator.store.Hold;
import io.orchestrator.store.Ready;
import io.orchestrator.store.Storable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Children on Postgres: each submission is one transaction under the lock of the parent's live row. */
final class PostgresChildren implements ChildStore {
    private final Database database;
    private final FamilyStatements families = new FamilyStatements();
    private final ChildRows rows = new ChildRows();

    PostgresChildren(Database database) {
        this.database = database;
    }

    @Override
    public Submitted submit(Hold parent, ChildSpec said, Usage used) {
        ChildSpec child = Storable.child(said);
        return database.transaction(dsl -> {
            FamilyStatements.Parent row = families.lockParent(dsl, parent).orElseThrow(parent::revoked);
            String key = Kinship.keyInPhase(parent.taskId(), child.key());
            Optional<ChildRows.Known> known = rows.find(dsl, row.phaseId(), key);
            if (known.isPresent()) {
                return same(child, known.get());
            }
            Kinship.refusal(parent.taskId(), row.children()).ifPresent(reason -> {
                throw new ChildRefused(reason);
            });
            return insert(dsl, parent, child, key, row, used);
        });
    }

    private static Submitted same(ChildSpec child, ChildRows.Known known) {
        if (!known.spec().contentHash().equals(child.contentHash())) {
            throw ChildRefused.conflict(child.key(), known.taskId());
        }
        return new Submitted(known.taskId(), false, Ready.NOTHING);
    }

    private Submitted insert(
            DSLContext dsl, Hold parent, ChildSpec child, String key, FamilyStatements.Parent row, Usage used) {
        String id = Kinship.childId(parent.taskId(), row.children() + 1);
        ChildRows.Place place = rows.makeRoom(dsl, row.phaseId());
        rows.insert(dsl, new ChildRows.Submitter(parent.taskId(), used), new ChildRows.Known(id, child), key, place);
        Priority lane = Priority.ofLane(row.lane());
        return new Submitted(id, true, place.open() ? new Ready(List.of(new Ticket(id, lane)), false) : Ready.NOTHING);
    }

    @Override
    public List<ChildResult> results(String parentId) {
        int prefix = Kinship.keyInPhase(parentId, "").length();
        return database.read(dsl -> Sql.fetch(dsl, """
                        SELECT t.id, t.key, coalesce(t.outcome, l.state) AS state, t.output::text AS output, t.error
                          FROM tasks t LEFT JOIN live_tasks l ON l.task_id = t.id
                         WHERE t.parent_id = ? ORDER BY t.ordinal
                        """, r -> result(r, prefix), parentId));
    }

    private static ChildResult result(ResultSet r, int prefix) throws SQLException {
        String state = r.getString("state");
        return new ChildResult(
                r.getString("key").substring(prefix),
                r.getString("id"),
                state,
                TaskState.of(state).isFinal(),
                Optional.ofNullable(r.getString("output")).map(text -> Jsonb.read("the output of a child", text)),
                Optional.ofNullable(r.getString("error")));
    }
}
