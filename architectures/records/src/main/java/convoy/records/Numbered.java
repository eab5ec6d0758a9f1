package convoy.records;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A text that says the number of its format in a key of its own, {@code format}, beside the keys of what it holds.
 *
 * @param format what stands at that key; empty if the text does not have it
 * @param content the text's value without it
 */
public record Numbered(Optional<Value> format, Value content) {
    private static final String KEY = "format";

    /**
     * Takes the number off what was read.
     *
     * @param whole all that a text holds
     * @return both parts
     */
    public static Numbered of(Value whole) {
        if (!(whole instanceof Value.Mapping mapping)) {
            return new Numbered(Optional.empty(), whole);
        }
        Map<String, Value.Entry> entries = new LinkedHashMap<>(mapping.entries());
        Optional<Value> format = Optional.ofNullable(entries.remove(KEY)).map(Value.Entry::value);
        return new Numbered(format, new Value.Mapping(entries, mapping.place()));
    }

    /**
     * Puts a number before the keys of what is to be written.
     *
     * @param number of the format
     * @param content a mapping
     * @return a mapping with one key more
     */
    public static Value write(int number, Value content) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        entries.put(KEY, new Value.Entry(Place.NOWHERE, Schema.number(Integer.toString(number))));
        if (content instanceof Value.Mapping mapping) {
            entries.putAll(mapping.entries());
        }
        return new Value.Mapping(entries, Place.NOWHERE);
    }

    /**
     * {@return what the text says, for a comparison and for messages: {@code 2}, {@code a list}; empty if it says
     * nothing}
     */
    public Optional<String> said() {
        return format.map(value -> value instanceof Value.Scalar scalar ? scalar.text() : value.form());
    }
}
