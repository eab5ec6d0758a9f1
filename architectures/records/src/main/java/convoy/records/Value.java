package convoy.records;

import java.util.List;
import java.util.Map;

/** A value of a text, before anyone has said what it must be; or what a component becomes, before it is a text. */
public sealed interface Value {
    /** Where the value begins. */
    Place place();

    /** What a message calls a value of this form. */
    String form();

    /**
     * One word, as it was written; what it means depends on what is wanted.
     *
     * @param kind how it is to be written
     */
    record Scalar(String text, Kind kind, Place place) implements Value {
        /** What JSON tells apart. */
        public enum Kind {
            TEXT,
            NUMBER,
            FLAG
        }

        @Override
        public String form() {
            return "text";
        }
    }

    /** A key without a value, {@code ~} or {@code null}. */
    record Nothing(Place place) implements Value {
        @Override
        public String form() {
            return "nothing";
        }
    }

    /** Values in their order. */
    record Sequence(List<Value> values, Place place) implements Value {
        @Override
        public String form() {
            return "a list";
        }
    }

    /** Keys in the order of the text. */
    record Mapping(Map<String, Entry> entries, Place place) implements Value {
        @Override
        public String form() {
            return "a mapping with keys";
        }
    }

    /** One key of a mapping and its value. */
    record Entry(Place key, Value value) {}
}
