package io.orchestrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CatalogTest {
    @Test
    void invariants_are_I1_to_I16_in_order() {
        List<String> ids = IntStream.rangeClosed(1, 16).mapToObj(i -> "I" + i).toList();
        assertThat(Checker.invariants()).extracting(Invariant::id).isEqualTo(ids);
    }

    @Test
    void rules_have_names_of_their_own() {
        assertThat(Checker.invariants().stream()
                        .flatMap(i -> i.rules().stream())
                        .map(Rule::name))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z-]+"));
    }

    @Test
    void a_rule_that_uses_the_journal_says_that_it_needs_it() {
        Checker.invariants().stream()
                .flatMap(i -> i.rules().stream())
                .filter(Rule.Query.class::isInstance)
                .map(Rule.Query.class::cast)
                .forEach(rule -> assertThat(rule.needs().contains(Need.JOURNAL))
                        .as(rule.name())
                        .isEqualTo(rule.sql().contains("journal")));
    }

    @Test
    void the_page_about_the_checker_names_every_rule_and_every_field_of_the_journal() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "verify.md"));
        assertThat(Checker.invariants().stream().flatMap(i -> i.rules().stream()))
                .allMatch(rule -> page.contains('`' + rule.name() + '`'));
        assertThat(JournalField.values())
                .allMatch(field -> page.contains('`' + field.wire() + '`') || page.contains('"' + field.wire() + '"'));
    }

    @Test
    void named_parameters_become_question_marks_and_casts_stay() {
        NamedSql sql = NamedSql.parse("SELECT :run::text, x::int FROM t WHERE a > :timer_ms::bigint AND b = :run");
        assertThat(sql.text()).isEqualTo("SELECT ?::text, x::int FROM t WHERE a > ?::bigint AND b = ?");
        assertThat(sql.names()).containsExactly("run", "timer_ms", "run");
    }
}
