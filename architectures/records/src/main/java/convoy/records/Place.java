package convoy.records;

/**
 * Where a value was written.
 *
 * @param source a file's name, or an override as it was typed
 * @param line 1-based; 0 when the source has no lines
 */
public record Place(String source, int line) {
    /** Of what no text says. */
    static final Place NOWHERE = new Place("", 0);

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
