package io.orchestrator.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the house clean: every finding names file and line, and what to do. */
class TidyTest {
    private static final int MOST_LINES = 400;
    private static final String VAGUE = "Utils?|Common|Helpers?|Impl|Manager";

    private static final Pattern TAB = Pattern.compile("\\t");
    private static final Pattern TRAILING_BLANK = Pattern.compile("[ \\t\\r]+$", Pattern.MULTILINE);
    private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b|\\.\\s*sleep\\s*\\(");
    private static final Pattern VAGUE_TYPE =
            Pattern.compile("\\b(?:class|interface|record|enum)\\s+(?!CheckpointManager\\b)\\w*(?:" + VAGUE + ")\\b");
    private static final Pattern VAGUE_PACKAGE =
            Pattern.compile("^package [\\w.]*\\b(?i:" + VAGUE + ")\\b[\\w.]*;", Pattern.MULTILINE);
    /** Ada is who the tests on the layout of home folders are about. */
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w./~}-])(?:/(?:work|root)/|/ho(?:me)/(?!ada\\b))\\S*");

    private static final Pattern REGISTRY_HOST = Pattern.compile(
            "(?i)\\brepo1?[.]maven[.]|maven-central[.]storage|arti[f]actory|[.]j[f]rog[.]|\\bne[x]us[.]|sona[t]ype"
                    + "|\\bregistry[.][a-z0-9-]+[.](?:com|dev|io|net|org)\\b|\\bpypi[.]org|pythonhosted[.]org"
                    + "|\\b(?:ghcr|gcr|quay|docker)[.]io\\b|[.]pkg[.]dev\\b|proxy[.]golang[.]org|\\bcrates[.]io");

    @Test
    void the_walk_finds_the_sources() {
        assertThat(SourceTree.FILES)
                .extracting(TextFile::path)
                .contains("pom.xml", "orchestrator", "migrations/sql/V2__tasks.sql", ".ci/run")
                .anyMatch(path -> path.endsWith("/TidyTest.java"))
                .noneMatch(path -> path.contains("/target/"));
    }

    @Test
    void a_source_file_has_at_most_400_lines() {
        check(
                file -> file.isJava() && !file.isTest() && !file.isGenerated(),
                file -> file.lines().size() <= MOST_LINES
                        ? List.of()
                        : List.of(file.path() + ":" + (MOST_LINES + 1) + ": "
                                + file.lines().size()
                                + " lines: there are two ideas in here, find the name of the second"));
    }

    @Test
    void code_has_no_tabs_and_no_trailing_blanks() {
        check(
                file -> file.isCode() && !file.isGenerated(),
                file -> Stream.concat(
                                file.find(TAB, "indent with spaces").stream(),
                                file.find(TRAILING_BLANK, "remove the blanks at the end of the line").stream())
                        .toList());
    }

    @Test
    void text_ends_with_a_newline() {
        check(
                file -> !file.text().isEmpty() && !file.text().endsWith("\n"),
                file -> List.of(file.at(file.text().length()) + ": end the last line with a newline"));
    }

    @Test
    void tests_do_not_sleep() {
        check(
                file -> file.isJava() && file.isTest(),
                file -> file.find(
                        new JavaSource(file.text()).code(),
                        SLEEP,
                        "wait for a condition (Awaitility, a latch) or turn a virtual clock"));
    }

    @Test
    void names_say_what_a_thing_is() {
        String advice = "name it after what it does; this word fits everything";
        check(TextFile::isJava, file -> {
            String code = new JavaSource(file.text()).code();
            List<String> found = new ArrayList<>(file.find(code, VAGUE_TYPE, advice));
            found.addAll(file.find(code, VAGUE_PACKAGE, advice));
            return found;
        });
    }

    @Test
    void no_text_names_a_path_of_one_machine() {
        check(file -> true, file -> file.find(MACHINE_PATH, "write a path that every reader has"));
    }

    @Test
    void no_text_names_the_host_of_a_registry() {
        check(
                file -> true,
                file -> file.find(REGISTRY_HOST, "leave it to the reader's settings where artifacts come from"));
    }

    private static void check(Predicate<TextFile> concerned, Function<TextFile, List<String>> rule) {
        List<String> findings = SourceTree.FILES.stream()
                .filter(concerned)
                .flatMap(file -> rule.apply(file).stream())
                .toList();
        assertThat(findings).isEmpty();
    }
}
