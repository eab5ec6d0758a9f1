package convoy.records;

import java.util.function.Supplier;

/**
 * A record as a file of JSON that says its format's number in a key of its own, {@code {"format": 2, …}}. Only that number is
 * read: it goes up when a component is renamed or removed, or added without a default.
 *
 * @param <T> the record
 */
public final class StoredFormat<T extends Record> {
    private final Codec<T> codec;
    private final int number;

    /** What a text is of that says no number, for messages and for the comparison. */
    private final String unsaid;

    /**
     * A format of a record.
     *
     * @param type the record
     * @param number raised with every change that old files do not survive
     */
    public StoredFormat(Class<T> type, int number) {
        this(Codec.of(type), number, "nothing");
    }

    private StoredFormat(Codec<T> codec, int number, String unsaid) {
        this.codec = codec;
        this.number = number;
        this.unsaid = unsaid;
    }

    /** {@return the same where texts were written before they said a number: they are read as what is of this one} */
    public StoredFormat<T> orUnsaid() {
        return new StoredFormat<>(codec, number, Integer.toString(number));
    }

    /**
     * {@return the file's text, one key a line}
     *
     * @param value the record
     */
    public String write(T value) {
        return JsonText.writePretty(Numbered.write(number, codec.write(value)));
    }

    /**
     * {@return the same on one line, without its end}
     *
     * @param value the record
     */
    public String writeLine(T value) {
        return JsonText.write(Numbered.write(number, codec.write(value)));
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
        Numbered numbered = Numbered.of(orBroken(() -> JsonText.read(where, text), broken));
        if (numbered.content() instanceof Value.Mapping) {
            String found = numbered.said().orElse(unsaid);
            if (!found.equals(Integer.toString(number))) {
                throw new BadInputException(
                        where + ": format = " + found + ", this version reads format " + number + "; " + otherFormat);
            }
        }
        return orBroken(() -> codec.read(numbered.content()), broken);
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
