package convoy.worker.metric;

/**
 * A figure of held-out rows: of each row some terms, whose sums over all rows make the figure. The sums are taken in the order of the rows,
 * in double precision, so that they have the same bits on any number of workers. Both methods are functions of what they are given
 * alone; they are called by one thread at a time.
 */
public interface Metric {
    /** {@return how many terms a row has, at least 1} */
    int size();

    /**
     * {@return the terms of a row, as many as {@link #size}}
     *
     * @param row what the model said of it, and what it is
     */
    double[] terms(ScoredRow row);

    /**
     * {@return the figure}
     *
     * @param sums of the terms over all rows
     * @param rows how many, at least 1
     */
    double figure(double[] sums, long rows);
}
