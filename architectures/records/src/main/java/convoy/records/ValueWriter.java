package convoy.records;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** Writes {@link Value}s in any language that Jackson has a generator for. */
public final class ValueWriter {
    private ValueWriter() {}

    /** Writes one value with all that is in it. */
    public static void write(Value value, JsonGenerator out) throws IOException {
        if (value instanceof Value.Mapping mapping) {
            out.writeStartObject();
            for (Map.Entry<String, Value.Entry> entry : mapping.entries().entrySet()) {
                out.writeFieldName(entry.getKey());
                write(entry.getValue().value(), out);
            }
            out.writeEndObject();
        } else if (value instanceof Value.Sequence sequence) {
            out.writeStartArray();
            for (Value element : sequence.values()) {
                write(element, out);
            }
            out.writeEndArray();
        } else if (value instanceof Value.Scalar scalar) {
            switch (scalar.kind()) {
                case TEXT -> out.writeString(scalar.text());
                case NUMBER -> out.writeNumber(scalar.text());
                case FLAG -> out.writeBoolean(Boolean.parseBoolean(scalar.text()));
            }
        } else {
            out.writeNull();
        }
    }
}
