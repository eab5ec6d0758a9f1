package convoy.worker.data.order;

/** Which rows an epoch has. Of either kind it has as many as the data set. */
public enum Sampling {
    /** Every row once. */
    SHUFFLED,
    /** Every class equally often: rows of small classes several times, of large ones not all. */
    BALANCED
}
