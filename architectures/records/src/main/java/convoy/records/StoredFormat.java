package convoy.records;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A record as a file of JSON that says its format's number in a key of its own, {@code {"format": 2, …}}. Only that number is
 * read: it goes up when a component is renamed or removed, or added without a default.
 *
 * @param <T> the record
 */
public final class StoredFormat<T extends Record> {
    private static final String FORMAT = "format";

    private final Codec<T> codec;
    private final int number;

    /**
     * A format of a record.
     *
     * @param type the record
     * @param number raised with every change that old files do not survive
     */
    public StoredFormat(Class<T> type, int number) {
        this.codec = Codec.of(type);
        this.number = number;
    }

    /**
     * {@return the file's text, one key a line}
     *
     * @param value the record
     */
    public String write(T value) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        entries.put(
                FORMAT,
                new Value.Entry(
                        Place.NOWHERE,
                        new Value.Scalar(Integer.toString(number), Value.Scalar.Kind.NUMBER, Place.NOWHERE)));
        if (codec.write(value) instanceof Value.Mapping mapping) {
            entries.putAll(mapping.entries());
        }
        return JsonText.writePretty(new Value.Mapping(entries, Place.NOWHERE));
    }

    /**
     * Reads what {@link #write} made.
     *
     * @param text of the whole file
     * @param where messages say it stands
     * @param otherFormat the remedy where it is of another format
     * @param broken the remedy where it is not what it should be
     * @return an equal record
     * @throws BadInputException in one line
     */
    public T read(String text, String where, String otherFormat, String broken) {
        Value value = orBroken(() -> JsonText.read(where, text), broken);
        if (!(value instanceof Value.Mapping mapping)) {
            return orBroken(() -> codec.read(value), broken);
        }
        Map<String, Value.Entry> entries = new LinkedHashMap<>(mapping.entries());
        String found = Optional.ofNullable(entries.remove(FORMAT))
                .map(entry -> entry.value() instanceof Value.Scalar scalar
                        ? scalar.text()
                        : entry.value().form())
                .orElse("nothing");
        if (!found.equals(Integer.toString(number))) {
            throw new BadInputException(
                    where + ": format = " + found + ", this version reads format " + number + "; " + otherFormat);
        }
        return orBroken(() -> codec.read(new Value.Mapping(entries, mapping.place())), broken);
    }

    private static <X> X orBroken(Supplier<X> reading, String remedy) {
        try {
            return reading.get();
        } catch (BadInputException malformed) {
            String first =
                    String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
            throw new BadInputException(first + "; " + remedy, malformed);
        }
    }
}
