package io.orchestrator.verify;

import io.orchestrator.verify.Finding.Row;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A report as programs read it. */
final class ReportJson {
    private final JsonGenerator json;

    private ReportJson(JsonGenerator json) {
        this.json = json;
    }

    static String of(Report report) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            new ReportJson(json).report(report);
        }
        return out.toString();
    }

    private void report(Report report) {
        json.writeStartObject();
        json.writeBooleanProperty("held", report.held());
        json.writeArrayPropertyStart("invariants");
        report.findings().forEach(this::finding);
        json.writeEndArray();
        texts("notes", report.notes());
        json.writeEndObject();
    }

    private void finding(Finding finding) {
        json.writeStartObject();
        json.writeStringProperty("id", finding.invariant().id());
        json.writeStringProperty("title", finding.invariant().title());
        json.writeStringProperty("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("total", finding.total());
        json.writeArrayPropertyStart("rows");
        finding.rows().forEach(this::row);
        json.writeEndArray();
        texts("skipped", finding.skipped());
        json.writeEndObject();
    }

    private void row(Row row) {
        json.writeStartObject();
        json.writeStringProperty("rule", row.rule().name());
        json.writeStringProperty("means", row.rule().brokenMeans());
        json.writeObjectPropertyStart("columns");
        row.columns().forEach(json::writeStringProperty);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void texts(String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }
}
