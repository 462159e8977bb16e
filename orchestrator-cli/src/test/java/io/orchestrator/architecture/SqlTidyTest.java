package io.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules on SQL, in the migrations and in the store. */
class SqlTidyTest {
    private static final String MIGRATIONS = "migrations/sql/";
    private static final String STORE = "orchestrator-core/src/main/java/io/orchestrator/store/postgres/";

    private static final Pattern NAME = Pattern.compile("V([1-9]\\d*)__[a-z0-9]+(?:_[a-z0-9]+)*\\.sql");
    private static final Pattern SQL_COMMENT = Pattern.compile("--[^\\n]*");

    /**
     * They all stand still inside a transaction or a statement. Within a statement that is wanted where rows are looked for by
     * an instant, because an index can be searched by it.
     */
    private static final Pattern STANDING_CLOCK = Pattern.compile(
            "(?i)\\bnow\\s*\\(\\s*\\)|\\b(?:current_timestamp|current_time|current_date|localtimestamp|localtime"
                    + "|transaction_timestamp|(?<!_at <= |until < )statement_timestamp)\\b");

    private static final String USE_THE_MOVING_ONE =
            "use clock_timestamp(): this one stands still while its transaction waits";

    /** Where text becomes SQL: the plain statements of a DSLContext, those of {@code Sql}, and jOOQ's plain fragments. */
    private static final Pattern SQL_TAKEN =
            Pattern.compile("\\bdsl\\s*\\.\\s*(?:fetch(?!Exists|Count)\\w*|query|resultQuery|execute)\\s*\\("
                    + "|\\bSql\\s*\\.\\s*(?:fetch|execute|lock)\\s*\\(\\s*dsl\\s*,"
                    + "|\\bDSL\\s*\\.\\s*(?:field|condition|sql|raw|table|query|resultQuery)\\s*\\("
                    + "|(?<![.\\w])(?:field|condition|sql|raw|resultQuery)\\s*\\(");

    /** What is called otherwise would escape the pattern above. */
    private static final Pattern OTHER_NAME = Pattern.compile("\\bDSLContext\\s+(?!dsl\\b)\\w+");

    private static final Pattern CONSTANT_TEXT = Pattern.compile("\\bstatic final String \\w+\\s*=");

    /** Literals are blanked out already; what may be left are constants and plus signs. */
    private static final Pattern CONSTANTS = Pattern.compile("(?:\\s|\\+|\\b(?:[A-Z]\\w*\\.)?[A-Z][A-Z0-9_]*\\b)*+");

    @Test
    void migrations_are_named_by_concern_and_numbered_without_gaps() {
        List<Integer> numbers = new ArrayList<>();
        List<String> findings = new ArrayList<>();
        for (TextFile file : SourceTree.FILES) {
            if (file.path().startsWith(MIGRATIONS)) {
                Matcher name = NAME.matcher(file.name());
                if (name.matches()) {
                    numbers.add(Integer.valueOf(name.group(1)));
                } else {
                    findings.add(file.path() + ":1: name it V<n>__<words_in_lower_case>.sql");
                }
            }
        }
        Collections.sort(numbers);
        assertThat(findings).isEmpty();
        assertThat(numbers)
                .as("versions of the migrations in " + MIGRATIONS + "; give a new one the next number")
                .isNotEmpty()
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    }

    @Test
    void migrations_read_the_clock_that_moves() {
        assertThat(SourceTree.FILES.stream()
                        .filter(TextFile::isSql)
                        .flatMap(file -> file.find(withoutComments(file), STANDING_CLOCK, USE_THE_MOVING_ONE).stream())
                        .toList())
                .isEmpty();
    }

    private static String withoutComments(TextFile file) {
        return SQL_COMMENT
                .matcher(file.text())
                .replaceAll(comment -> " ".repeat(comment.group().length()));
    }

    @Test
    void the_stores_statements_read_the_clock_that_moves() {
        assertThat(store().stream()
                        .flatMap(file -> new JavaSource(file.text())
                                .literals().stream()
                                        .filter(literal -> STANDING_CLOCK
                                                .matcher(literal.text())
                                                .find())
                                        .map(literal -> file.at(literal.position()) + ": " + USE_THE_MOVING_ONE))
                        .toList())
                .isEmpty();
    }

    @Test
    void statements_are_constants() {
        List<String> findings = new ArrayList<>();
        int seen = 0;
        for (TextFile file : store()) {
            JavaSource source = new JavaSource(file.text());
            findings.addAll(file.find(source.code(), OTHER_NAME, "call it dsl: this test goes by the name"));
            for (Pattern where : List.of(SQL_TAKEN, CONSTANT_TEXT)) {
                Matcher taken = where.matcher(source.code());
                while (taken.find()) {
                    seen++;
                    String rest = source.expressionFrom(taken.end());
                    if (!CONSTANTS.matcher(rest).matches()) {
                        findings.add(file.at(taken.start()) + ": '" + rest.strip()
                                + "' becomes part of a statement: bind a value with '?', or use the typed tables");
                    }
                }
            }
        }
        assertThat(findings).isEmpty();
        assertThat(seen).as("statements found in " + STORE).isGreaterThan(20);
    }

    /** The store's classes without the generated ones. */
    private static List<TextFile> store() {
        List<TextFile> files = SourceTree.FILES.stream()
                .filter(file -> file.path().startsWith(STORE) && !file.isGenerated())
                .toList();
        assertThat(files).as("sources in " + STORE).isNotEmpty();
        return files;
    }
}
