package io.orchestrator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.json.Json;
import io.orchestrator.verify.Finding.Row;
import io.orchestrator.verify.Finding.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Rule RULE = new Rule.Query("some-rule", "something is lost", "SELECT 1");
    private static final Invariant FIRST = new Invariant("I1", "All is well", RULE);
    private static final Invariant SECOND = new Invariant("I2", "All \"remains\" well", RULE);

    @Test
    void the_text_shows_what_broke_and_how_much_more_there_is() {
        assertThat(broken().text()).isEqualTo("""
                I1   held     All is well
                       not checked: a part: no evidence
                I2   BROKEN   All "remains" well
                       some-rule: something is lost
                         task=t1  error=two lines
                         and 4 more
                note: torn
                2 invariants: 1 held, 1 broken, 0 skipped
                """);
    }

    @Test
    void the_json_says_the_same() {
        Json json = Json.parse(broken().json());
        assertThat(json).isEqualTo(Json.parse("""
                {"held":false,"notes":["torn"],"invariants":[
                  {"id":"I1","title":"All is well","verdict":"held","total":0,"rows":[],"skipped":["a part: no evidence"]},
                  {"id":"I2","title":"All \\"remains\\" well","verdict":"broken","total":5,"skipped":[],
                   "rows":[{"rule":"some-rule","means":"something is lost","columns":{"task":"t1","error":"two\\nlines"}}]}]}
                """));
    }

    @Test
    void a_skipped_invariant_is_not_broken() {
        Finding skipped = new Finding(FIRST, Verdict.SKIPPED, List.of(), 0, List.of("no journal was given"));
        assertThat(new Report(List.of(skipped), List.of()).held()).isTrue();
    }

    private static Report broken() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("task", "t1");
        columns.put("error", "two\nlines");
        return new Report(
                List.of(
                        new Finding(FIRST, Verdict.HELD, List.of(), 0, List.of("a part: no evidence")),
                        new Finding(SECOND, Verdict.BROKEN, List.of(new Row(RULE, columns)), 5, List.of())),
                List.of("torn"));
    }
}
