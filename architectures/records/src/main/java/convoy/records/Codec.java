package convoy.records;

import java.util.Optional;

/**
 * A record, or a sealed type of records, as JSON and back.
 *
 * @param <T> the type
 */
public final class Codec<T> {
    private final Class<T> type;

    private Codec(Class<T> type) {
        this.type = type;
    }

    /** The codec of a type. */
    public static <T> Codec<T> of(Class<T> type) {
        return new Codec<>(type);
    }

    /** Every component with its value. */
    public Value write(T value) {
        return Schema.of(type).write(value);
    }

    /** The same as JSON on one line. */
    public String toJson(T value) {
        return JsonText.write(write(value));
    }

    /**
     * Reads what {@link #write} made, or somebody who leaves out what has a default.
     *
     * @throws BadInputException that lists every problem
     */
    public T read(Value value) {
        Problems problems = new Problems();
        Optional<Object> bound = Schema.of(type).bind(Given.whole(value, Given.Author.PROGRAM, problems));
        problems.throwIfAny();
        return type.cast(bound.orElseThrow());
    }

    /**
     * Reads what a person wrote: numbers are finite. Problems are added to those of the reading.
     *
     * @throws BadInputException that lists every problem
     */
    public T readWritten(Value value, Problems problems) {
        Optional<Object> bound = Schema.of(type).bind(Given.whole(value, Given.Author.PERSON, problems));
        problems.throwIfAny();
        return type.cast(bound.orElseThrow());
    }

    /**
     * Reads what {@link #toJson} made.
     *
     * @param source what messages call the text
     * @throws BadInputException that lists every problem, each on a line that begins with the source
     */
    public T fromJson(String source, String json) {
        return read(JsonText.read(source, json));
    }
}
