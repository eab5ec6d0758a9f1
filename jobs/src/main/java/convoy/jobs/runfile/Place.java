package convoy.jobs.runfile;

/**
 * Where a value was written.
 *
 * @param source a file's name, or an override as it was typed
 * @param line 1-based; 0 when the source has no lines
 */
record Place(String source, int line) {
    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
