package io.orchestrator.store.postgres;

import static io.orchestrator.store.postgres.jooq.Tables.ROUNDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.store.DataRejected;
import io.orchestrator.testing.servers.TestServers;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Statements that nobody waits for take their place in the transaction all the same. */
class UnsentIT {
    private static final String INSERT = "INSERT INTO rounds (service, at) VALUES (?, clock_timestamp())";
    private static final String NAMES = "SELECT service FROM rounds ORDER BY service";

    private final DatabaseUrl url = TestServers.newDatabase();
    private final Database database = Database.open(url, "unsent", 2);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void the_next_answer_knows_of_them_whoever_asks() {
        List<List<String>> seen = database.transaction(dsl -> {
            List<List<String>> answers = new ArrayList<>();
            Sql.send(dsl, INSERT, "a");
            Sql.send(dsl, "SELECT service FROM rounds WHERE service = ? FOR UPDATE", "a");
            answers.add(names(dsl));
            Sql.send(dsl, INSERT, "b");
            answers.add(dsl.select(ROUNDS.SERVICE)
                    .from(ROUNDS)
                    .orderBy(ROUNDS.SERVICE)
                    .fetch(ROUNDS.SERVICE));
            Sql.send(dsl, INSERT, "c");
            Sql.send(dsl, INSERT, "d");
            int changed = Sql.execute(
                    dsl, "DELETE FROM rounds WHERE service = ANY (?::text[])", (Object) new String[] {"a", "b", "c"});
            answers.add(List.of(String.valueOf(changed)));
            return answers;
        });

        assertThat(seen).containsExactly(List.of("a"), List.of("a", "b"), List.of("3"));
        assertThat(database.<List<String>>read(UnsentIT::names)).containsExactly("d");
    }

    @Test
    void what_is_left_goes_before_the_commit_however_much_it_is() {
        database.inTransaction(dsl -> {
            for (int i = 0; i < 120; i++) {
                Sql.send(dsl, INSERT, "service-" + i);
            }
        });

        assertThat(database.<List<String>>read(UnsentIT::names)).hasSize(120);
    }

    @Test
    void a_mistake_in_one_of_them_undoes_the_transaction() {
        assertThatThrownBy(() -> database.inTransaction(dsl -> {
                    Sql.send(dsl, INSERT, "once");
                    Sql.send(dsl, INSERT, "once");
                    Sql.send(dsl, INSERT, "more");
                }))
                .isInstanceOf(DataRejected.class);

        assertThat(database.<List<String>>read(UnsentIT::names)).isEmpty();
    }

    @Test
    void outside_of_a_transaction_nothing_is_put_off() {
        boolean sent = database.read(dsl -> {
            Sql.send(dsl, INSERT, "alone");
            return true;
        });

        assertThat(sent).isTrue();
        assertThat(database.<List<String>>read(UnsentIT::names)).containsExactly("alone");
    }

    private static List<String> names(DSLContext dsl) {
        return Sql.fetch(dsl, NAMES, row -> row.getString("service"));
    }
}
