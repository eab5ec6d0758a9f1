package convoy.jobs.study.schedule;

/**
 * Where a trial is computed, as far as that decides its bits.
 *
 * @param kind of processor; empty: any
 */
public record TrialPlace(String kind) implements Comparable<TrialPlace> {
    /** Of a study whose trials are not placed. */
    public static final TrialPlace ANYWHERE = new TrialPlace("");

    /** {@return whether any processor will do} */
    public boolean isAnywhere() {
        return equals(ANYWHERE);
    }

    @Override
    public int compareTo(TrialPlace other) {
        return kind.compareTo(other.kind);
    }
}
