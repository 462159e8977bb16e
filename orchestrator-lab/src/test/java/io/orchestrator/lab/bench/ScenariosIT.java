package io.orchestrator.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.orchestrator.lab.bench.Scenario.Sizes;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios that start processes run, and tell what they are for; their figures mean nothing at such sizes. */
@Tag("slow")
class ScenariosIT {
    private static final Sizes TINY = new Sizes(50, 4);

    private static BenchServers servers;

    @BeforeAll
    static void start() {
        servers = BenchServers.open();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void scale_tells_a_rate_for_each_number_of_processes() throws Exception {
        List<Measurement> measured = new EngineScale().round(servers, TINY);

        assertThat(measured).extracting(Measurement::name).containsExactly("scale.1", "scale.2", "scale.3", "scale.4");
        assertThat(measured)
                .allSatisfy(m -> assertThat(m.perSecond().orElseThrow()).isPositive());
    }

    @Test
    void programs_tells_a_rate_and_what_a_start_costs() throws Exception {
        List<Measurement> measured = new EnginePrograms().round(servers, TINY);

        assertThat(measured)
                .extracting(Measurement::name)
                .containsExactly("limit.program", "programs.alone", "programs");
        assertThat(measured).allSatisfy(m -> assertThat(m.times()).isPresent());
        assertThat(measured.getLast().perSecond().orElseThrow()).isPositive();
    }
}
