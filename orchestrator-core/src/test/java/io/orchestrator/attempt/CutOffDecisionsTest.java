package io.orchestrator.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.attempt.CutOffDecisions.Body;
import io.orchestrator.attempt.CutOffDecisions.Move;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutOffDecisionsTest {
    private static final Duration AT_MOST = Duration.ofMinutes(30);

    /** In the order of the columns. */
    private static final Body WORKS = new Body.Works(true);

    private static final Body WORKS_ONLY = new Body.Works(false);
    private static final Body STILL = new Body.StandsStill(AT_MOST.minusNanos(1));
    private static final Body STILL_FOR_TOO_LONG = new Body.StandsStill(AT_MOST);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            standing | can stand still | works only | stands still | for too long
            TRUSTED  | NOTHING         | NOTHING    | THAW         | THAW
            CUT_OFF  | FREEZE          | STOP       | NOTHING      | STOP
            LOST     | GIVE_UP         | GIVE_UP    | GIVE_UP      | GIVE_UP
            """)
    void a_worker_that_cannot_be_sure_of_its_lease_lets_nothing_go_on_and_ends_only_what_it_must(
            Standing standing, Move works, Move worksOnly, Move still, Move stillForTooLong) {
        assertThat(CutOffDecisions.move(standing, WORKS, AT_MOST)).isEqualTo(works);
        assertThat(CutOffDecisions.move(standing, WORKS_ONLY, AT_MOST)).isEqualTo(worksOnly);
        assertThat(CutOffDecisions.move(standing, STILL, AT_MOST)).isEqualTo(still);
        assertThat(CutOffDecisions.move(standing, STILL_FOR_TOO_LONG, AT_MOST)).isEqualTo(stillForTooLong);
    }

    @Test
    void where_nothing_is_to_stand_still_all_end() {
        assertThat(CutOffDecisions.move(Standing.CUT_OFF, WORKS, Duration.ZERO)).isEqualTo(Move.STOP);
    }
}
