package convoy.jobs.study.schedule;

/**
 * Where a trial is computed, as far as that decides its bits.
 *
 * @param kind of processor; empty: any
 */
public record Place(String kind) implements Comparable<Place> {
    /** Of a study whose trials are not placed. */
    public static final Place ANYWHERE = new Place("");

    /** Whether any processor will do. */
    public boolean isAnywhere() {
        return equals(ANYWHERE);
    }

    @Override
    public int compareTo(Place other) {
        return kind.compareTo(other.kind);
    }
}
