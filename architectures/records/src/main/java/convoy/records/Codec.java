package convoy.records;

import java.util.List;
import java.util.Optional;

/**
 * A record, a sealed type of records, or a list of these, as JSON and back.
 *
 * @param <T> the type
 */
public final class Codec<T> {
    private final Schema schema;

    private Codec(Schema schema) {
        this.schema = schema;
    }

    /**
     * {@return the codec of a type}
     *
     * @param <T> the type
     * @param type a record, a sealed type of records, or what else a {@link Schema} knows
     */
    public static <T> Codec<T> of(Class<T> type) {
        return new Codec<>(Schema.of(type));
    }

    /**
     * {@return the codec of lists of a type}
     *
     * @param <T> the type of an element
     * @param type the same
     */
    public static <T> Codec<List<T>> listOf(Class<T> type) {
        return new Codec<>(new Schema.Sequence(Schema.of(type)));
    }

    /**
     * {@return every component with its value}
     *
     * @param value to be written
     */
    public Value write(T value) {
        return schema.write(value);
    }

    /**
     * {@return every component that is not what it is where a text leaves it out}
     *
     * @param value to be written
     */
    public Value writeBrief(T value) {
        return schema.brief(value, Optional.empty());
    }

    /**
     * {@return the same as JSON on one line}
     *
     * @param value to be written
     */
    public String toJson(T value) {
        return JsonText.write(write(value));
    }

    /**
     * Reads what {@link #write} made, or somebody who leaves out what has a default.
     *
     * @param value as it came from a text
     * @return an equal value of the codec's type
     * @throws BadInputException that lists every problem
     */
    public T read(Value value) {
        return read(value, Given.Author.PROGRAM, new Problems());
    }

    /**
     * Reads what a person wrote: numbers are finite. Problems are added to those of the reading.
     *
     * @param value as it came from a text
     * @param problems what was wrong before, with the places
     * @return a value of the codec's type
     * @throws BadInputException that lists every problem
     */
    public T readWritten(Value value, Problems problems) {
        return read(value, Given.Author.PERSON, problems);
    }

    /**
     * Reads what another version of this program wrote, or another program: numbers are finite, and keys that are not known
     * are passed over. Problems, and those keys, are added to what the reading has.
     *
     * @param value as it came from a text
     * @param problems what was wrong before, with the places
     * @return a value of the codec's type
     * @throws BadInputException that lists every problem
     */
    public T readOfOthers(Value value, Problems problems) {
        return read(value, Given.Author.OTHERS, problems);
    }

    /**
     * Reads a part of what a person wrote, in the middle of other parts: nothing is thrown.
     *
     * @param path what messages call the part, before the keys in it: {@code layers.conv1}
     * @param value as it came from a text
     * @param problems where all that is wrong with it is added
     * @return a value of the codec's type; empty if something was wrong
     */
    public Optional<T> readPart(String path, Value value, Problems problems) {
        int before = problems.count();
        Optional<Object> bound = schema.bind(new Given(value, path, Optional.empty(), Given.Author.PERSON, problems));
        @SuppressWarnings("unchecked") // A schema makes values of the type that it was read off.
        Optional<T> made = problems.count() > before ? Optional.empty() : bound.map(part -> (T) part);
        return made;
    }

    private T read(Value value, Given.Author author, Problems problems) {
        Optional<Object> bound = schema.bind(Given.whole(value, author, problems));
        problems.throwIfAny();
        @SuppressWarnings("unchecked") // A schema makes values of the type that it was read off.
        T made = (T) bound.orElseThrow();
        return made;
    }

    /**
     * Reads what {@link #toJson} made.
     *
     * @param source what messages call the text
     * @param json one line, or any other JSON text
     * @return an equal value of the codec's type
     * @throws BadInputException that lists every problem, each on a line that begins with the source
     */
    public T fromJson(String source, String json) {
        return read(JsonText.read(source, json));
    }
}
