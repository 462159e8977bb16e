package io.orchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.orchestrator.json.Json;
import io.orchestrator.plan.AgentsFile;
import io.orchestrator.store.Unreadable;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredProgramsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'agents':{'A':5}}",
                "{'agents':{'A':{}}}",
                "{'agents':{'A':{'directory':'/tmp'}}}",
                "{'agents':{'A':{'directory':'/tmp','command':'sh'}}}",
                "{'agents':{'A':{'directory':'/tmp','command':[]}}}",
                "{'agents':{'A':{'directory':'/tmp','command':['sh'],'graceMs':'soon'}}}",
                "{'agents':[1]}",
                "{'tools':'none'}"
            })
    void what_cannot_be_read_is_told_as_what_it_is(String spoilt) {
        assertThatThrownBy(() -> Programs.stored("run-1", Json.parse(spoilt.replace('\'', '"'))))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith("the agents file that run run-1 brought along cannot be read: ")
                .message()
                .doesNotContain("java.", "Exception", "NullPointer");
    }

    @Test
    void what_was_stored_is_read_again() {
        assertThat(Programs.stored("run-1", Programs.toStore(AgentsFile.EMPTY, Path.of("/"))))
                .isEqualTo(AgentsFile.EMPTY);
    }
}
