package convoy.parameterserver.layout;

/**
 * A half-open run {@code [begin, end)} of the flat parameter vector.
 *
 * @param begin first index, zero-based
 * @param end the index behind the last
 */
public record KeyRange(int begin, int end) {
    /** Refuses negative and inverted ranges. */
    public KeyRange {
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("range [" + begin + ", " + end + "): 0 <= begin <= end must hold");
        }
    }

    /** {@return the number of indices in this range} */
    public int size() {
        return end - begin;
    }

    /**
     * {@return what this range and {@code other} share; empty (at the later begin) when they share nothing}
     *
     * @param other of the same vector
     */
    public KeyRange intersect(KeyRange other) {
        int from = Math.max(begin, other.begin);
        return new KeyRange(from, Math.max(from, Math.min(end, other.end)));
    }

    @Override
    public String toString() {
        return "[" + begin + ", " + end + ")";
    }
}
