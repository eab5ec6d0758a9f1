package convoy.jobs.runfile;

import java.util.List;
import java.util.Map;

/** A value of a run file, before anyone has said what it must be. */
sealed interface Value {
    /** Where the value begins. */
    Place place();

    /** What a message calls a value of this form. */
    String form();

    /** Text as it was written; what it means depends on what is wanted. */
    record Scalar(String text, Place place) implements Value {
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

    record Sequence(List<Value> values, Place place) implements Value {
        @Override
        public String form() {
            return "a list";
        }
    }

    /** Keys in the order of the file. */
    record Mapping(Map<String, Entry> entries, Place place) implements Value {
        @Override
        public String form() {
            return "a mapping with keys";
        }
    }

    /** One key of a mapping and its value. */
    record Entry(Place key, Value value) {}
}
