package io.orchestrator.cli;

import io.orchestrator.json.StorageLimits;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A reason that a person gives, as long as it may be over HTTP. */
final class ReasonOption implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (text.isBlank() || text.length() > StorageLimits.LONGEST_REASON) {
            throw new TypeConversionException("expected 1 to %,d characters, found %,d"
                    .formatted(StorageLimits.LONGEST_REASON, text.strip().length()));
        }
        return text;
    }
}
