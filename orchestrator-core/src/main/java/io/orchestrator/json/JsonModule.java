package io.orchestrator.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.Version;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** Teaches the mapper that a {@link Json} anywhere in a map, list or record is the tree it holds. */
final class JsonModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    JsonModule() {
        super("orchestrator-json", Version.unknownVersion());
        addSerializer(Json.class, new Writer());
        addDeserializer(Json.class, new Reader());
    }

    private static final class Writer extends ValueSerializer<Json> {
        @Override
        public void serialize(Json value, JsonGenerator generator, SerializationContext context) {
            context.writeTree(generator, value.node());
        }
    }

    private static final class Reader extends ValueDeserializer<Json> {
        @Override
        public Json deserialize(JsonParser parser, DeserializationContext context) {
            return new Json(context.readTree(parser));
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return Json.NULL;
        }
    }
}
