package convoy.jobs.retrain.statistics;

import convoy.records.Refusal;

/**
 * How two models answered the same rows.
 *
 * @param both rows that both got right
 * @param challenger rows that the challenger alone got right
 * @param champion rows that the champion alone got right
 * @param neither rows that none got right
 */
public record PairedCounts(long both, long challenger, long champion, long neither) {
    /** Of no rows. */
    public static final PairedCounts NONE = new PairedCounts(0, 0, 0, 0);

    public PairedCounts {
        Refusal.requireAtLeast("both", both, 0, "count rows");
        Refusal.requireAtLeast("challenger", challenger, 0, "count rows");
        Refusal.requireAtLeast("champion", champion, 0, "count rows");
        Refusal.requireAtLeast("neither", neither, 0, "count rows");
    }

    /** {@return how many rows there are} */
    public long rows() {
        return both + challenger + champion + neither;
    }

    /** {@return rows that were answered differently as to right and wrong} */
    public long discordant() {
        return challenger + champion;
    }

    /** {@return the share of rows that the champion got right; of no rows 0} */
    public double championAccuracy() {
        return share(both + champion);
    }

    /** {@return the share of rows that the challenger got right; of no rows 0} */
    public double challengerAccuracy() {
        return share(both + challenger);
    }

    /** {@return by how much the challenger's accuracy is above the champion's, in [−1, 1]} */
    public double lead() {
        return share(challenger - champion);
    }

    private double share(long part) {
        return rows() == 0 ? 0 : (double) part / rows();
    }

    /**
     * {@return the counts over the rows of both}
     *
     * @param other of other rows
     */
    public PairedCounts plus(PairedCounts other) {
        return new PairedCounts(
                both + other.both, challenger + other.challenger, champion + other.champion, neither + other.neither);
    }
}
