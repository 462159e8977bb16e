package io.orchestrator.store.postgres;

import io.orchestrator.testing.servers.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** Triggers of a test database that write down every change of a state, whichever statement makes it. */
final class TransitionRecorder {
    /** What a row that was just inserted came from. */
    static final String NEW = "(new)";

    /** A change of the state of a task, a phase or a run, as the database names them. */
    record Seen(String what, String from, String to) implements Comparable<Seen> {
        @Override
        public int compareTo(Seen other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return what + ": " + from + " -> " + to;
        }
    }

    /**
     * A task ends by its live row being deleted and its outcome being written, in one transaction: the first is kept
     * until the second comes, so a live row that was deleted without an outcome stays in {@code ending}.
     */
    private static final String INSTALL = """
            CREATE TABLE seen (what text, from_state text, to_state text, PRIMARY KEY (what, from_state, to_state));
            CREATE TABLE ending (task_id text PRIMARY KEY, state text NOT NULL);

            CREATE FUNCTION saw(text, text, text) RETURNS void LANGUAGE sql AS
            'INSERT INTO seen VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';

            CREATE FUNCTION state_began() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM saw(TG_ARGV[0], '(new)', NEW.state); RETURN NULL; END $$;

            CREATE FUNCTION state_changed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM saw(TG_ARGV[0], OLD.state, NEW.state); RETURN NULL; END $$;

            CREATE FUNCTION live_row_went() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO ending VALUES (OLD.task_id, OLD.state); RETURN NULL; END $$;

            CREATE FUNCTION outcome_came() RETURNS trigger LANGUAGE plpgsql AS
            $$
            DECLARE
                before text := OLD.outcome;
            BEGIN
                IF before IS NULL THEN
                    DELETE FROM ending WHERE task_id = NEW.id RETURNING state INTO before;
                END IF;
                PERFORM saw('task', coalesce(before, '(no live row)'), coalesce(NEW.outcome,
                    (SELECT state FROM live_tasks WHERE task_id = NEW.id), '(no outcome)'));
                RETURN NULL;
            END
            $$;

            CREATE TRIGGER began AFTER INSERT ON runs FOR EACH ROW EXECUTE FUNCTION state_began('run');
            CREATE TRIGGER began AFTER INSERT ON phases FOR EACH ROW EXECUTE FUNCTION state_began('phase');
            CREATE TRIGGER began AFTER INSERT ON live_tasks FOR EACH ROW EXECUTE FUNCTION state_began('task');
            CREATE TRIGGER changed AFTER UPDATE ON runs FOR EACH ROW
                WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION state_changed('run');
            CREATE TRIGGER changed AFTER UPDATE ON phases FOR EACH ROW
                WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION state_changed('phase');
            CREATE TRIGGER changed AFTER UPDATE ON live_tasks FOR EACH ROW
                WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION state_changed('task');
            CREATE TRIGGER went AFTER DELETE ON live_tasks FOR EACH ROW EXECUTE FUNCTION live_row_went();
            CREATE TRIGGER came AFTER UPDATE ON tasks FOR EACH ROW
                WHEN (OLD.outcome IS DISTINCT FROM NEW.outcome) EXECUTE FUNCTION outcome_came();
            """;

    private final DatabaseUrl url;

    private TransitionRecorder(DatabaseUrl url) {
        this.url = url;
    }

    static TransitionRecorder installedIn(DatabaseUrl url) {
        TestServers.execute(url, INSTALL);
        return new TransitionRecorder(url);
    }

    Set<Seen> seen() {
        return read("SELECT what, from_state, to_state FROM seen");
    }

    /** Tasks that lost their live row and got no outcome. */
    Set<Seen> strays() {
        return read("SELECT task_id, state, '(no outcome)' FROM ending");
    }

    private Set<Seen> read(String sql) {
        Set<Seen> result = new TreeSet<>();
        try (Connection connection = TestServers.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                result.add(new Seen(rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
        return result;
    }
}
