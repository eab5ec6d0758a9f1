package convoy.records;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a text, before anyone has said what it must be; or what a component becomes, before it is a text. */
public sealed interface Value {
    /** {@return where the value begins} */
    Place place();

    /** {@return what a message calls a value of this form} */
    String form();

    /**
     * {@return the same value with all that is in it, as if it stood in one place}
     *
     * @param other where it is to stand
     */
    Value at(Place other);

    /**
     * Writes the value with all that is in it, in any language that Jackson has a generator for.
     *
     * @param out what writes JSON or YAML
     * @throws IOException if the generator cannot write
     */
    void writeTo(JsonGenerator out) throws IOException;

    /**
     * One word, as it was written; what it means depends on what is wanted.
     *
     * @param text the word without quotes
     * @param kind how it is to be written
     * @param place where it begins
     */
    record Scalar(String text, Kind kind, Place place) implements Value {
        /** What JSON tells apart. */
        public enum Kind {
            /** In quotes, or not to be taken for anything else. */
            TEXT,
            /** Digits, with or without a point or an exponent. */
            NUMBER,
            /** True or false. */
            FLAG
        }

        @Override
        public String form() {
            return "text";
        }

        @Override
        public Value at(Place other) {
            return new Scalar(text, kind, other);
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            switch (kind) {
                case TEXT -> out.writeString(text);
                case NUMBER -> out.writeNumber(text);
                case FLAG -> out.writeBoolean(Boolean.parseBoolean(text));
            }
        }
    }

    /**
     * A key without a value, {@code ~} or {@code null}.
     *
     * @param place where it begins
     */
    record Nothing(Place place) implements Value {
        @Override
        public String form() {
            return "nothing";
        }

        @Override
        public Value at(Place other) {
            return new Nothing(other);
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeNull();
        }
    }

    /**
     * Values in their order.
     *
     * @param values in the order of the text
     * @param place where it begins
     */
    record Sequence(List<Value> values, Place place) implements Value {
        @Override
        public String form() {
            return "a list";
        }

        @Override
        public Value at(Place other) {
            return new Sequence(values.stream().map(value -> value.at(other)).toList(), other);
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeStartArray();
            for (Value value : values) {
                value.writeTo(out);
            }
            out.writeEndArray();
        }
    }

    /**
     * Keys in the order of the text.
     *
     * @param entries by their keys
     * @param place where it begins
     */
    record Mapping(Map<String, Entry> entries, Place place) implements Value {
        @Override
        public String form() {
            return "a mapping with keys";
        }

        @Override
        public Value at(Place other) {
            Map<String, Entry> moved = new LinkedHashMap<>();
            entries.forEach((key, entry) ->
                    moved.put(key, new Entry(other, entry.value().at(other))));
            return new Mapping(moved, other);
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                out.writeFieldName(entry.getKey());
                entry.getValue().value().writeTo(out);
            }
            out.writeEndObject();
        }
    }

    /**
     * One key of a mapping and its value.
     *
     * @param key where the key begins
     * @param value what stands behind it
     */
    record Entry(Place key, Value value) {}
}
