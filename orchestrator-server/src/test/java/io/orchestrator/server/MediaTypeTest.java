package io.orchestrator.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/Json",
                " application/json ",
                "application/json;charset=utf-8",
                "application/json ; charset=\"UTF-8\" ; x=\"a;b\\\"c\"",
                "application/json;",
                "application/merge-patch+json"
            })
    void json_is_told_by_its_exact_name(String header) {
        assertThat(MediaType.isJson(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "json",
                "application/jsonx",
                "application/json-seq",
                "text/json",
                "text/x+json",
                "application/json, text/plain",
                "text/plain; x=application/json",
                "application/json; charset=latin1",
                "application/json charset=utf-8",
                "application/json; charset",
                "application/json; x=\"open"
            })
    void what_only_begins_like_it_is_another_type(String header) {
        assertThat(MediaType.isJson(header)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000})
    void a_long_one_costs_no_more_than_its_length(int length) {
        assertThat(MediaType.isJson("application/json;x=\"" + "\\a".repeat(length)))
                .isFalse();
        assertThat(MediaType.isJson("application/json" + ";".repeat(length))).isTrue();
    }
}
