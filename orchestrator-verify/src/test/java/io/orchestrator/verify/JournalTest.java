package io.orchestrator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    @TempDir
    Path directory;

    @Test
    void a_line_without_a_kind_is_an_effect_and_unknown_fields_are_left_alone() throws Exception {
        Journal journal = read("""
                {"task":"t","key":"k","keyed":true,"epoch":3,"mine":{"a":[1,{"task":"no"}]},"step":1,"effect":null}

                {"kind":"submitted","run":"r"}
                """);
        assertThat(journal.numbers()).containsExactly(1L, 3L);
        assertThat(journal.column(JournalField.KIND)).containsExactly("effect", "submitted");
        assertThat(journal.column(JournalField.TASK)).containsExactly("t", null);
        assertThat(journal.column(JournalField.KEYED)).containsExactly("true", null);
        assertThat(journal.column(JournalField.STEP)).containsExactly("1", null);
        assertThat(journal.column(JournalField.EFFECT)).containsOnlyNulls();
    }

    @Test
    void a_journal_that_is_not_there_is_told_without_words_for_programmers() {
        assertThatThrownBy(() -> Journal.read(Path.of("no", "such", "journal")))
                .hasMessage("the journal no/such/journal cannot be read: there is no such file");
    }

    @Test
    void a_torn_last_line_is_left_out_and_told() throws Exception {
        Journal journal = read("{\"task\":\"t\"}\n{\"task\":\"u");
        assertThat(journal.numbers()).containsExactly(1L);
        assertThat(journal.note()).hasValueSatisfying(note -> assertThat(note).contains("torn"));
    }

    @Test
    void a_last_line_that_lacks_only_its_line_feed_counts() throws Exception {
        Journal journal = read("{\"task\":\"t\"}");
        assertThat(journal.numbers()).containsExactly(1L);
        assertThat(journal.note()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"task\":\"t\"",
                "[1]",
                "{\"task\":\"t\"} {\"task\":\"u\"}",
                "{\"kind\":\"start\",\"task\":\"t\"}",
                "{\"kind\":\"other\",\"task\":\"t\"}",
                "{\"task\":\"t\",\"epoch\":\"1\"}",
                "{\"task\":\"t\",\"epoch\":1.5}",
                "{\"task\":\"t\",\"keyed\":1}",
                "{\"task\":{}}"
            })
    void a_damaged_line_is_refused_by_its_number(String damaged) {
        assertThatThrownBy(() -> read("{\"task\":\"t\"}\n" + damaged + "\n{\"task\":\"t\"}\n"))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("line 2 of the journal");
    }

    @Test
    void a_file_that_is_not_there_is_refused() {
        assertThatThrownBy(() -> Journal.read(directory.resolve("none")))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("none");
    }

    @Test
    void an_empty_file_is_a_journal() throws Exception {
        assertThat(read("").numbers()).isEmpty();
    }

    private Journal read(String content) throws IOException {
        return Journal.read(Files.writeString(directory.resolve("journal"), content));
    }
}
