package convoy.worker.data.batch;

/** What to do about a row whose picture cannot be decoded. Which rows those are follows from their bytes alone. */
public enum OnBadRow {
    /** Stop and name it. */
    FAIL,
    /** Leave it out of its batch, count it and name it. */
    SKIP
}
