package convoy.driver.evaluation;

/** Hears how far an evaluation is. */
public interface EvaluationListener {
    /**
     * Hears how many rows are scored.
     *
     * @param rowsDone of all
     * @param rows of the data set
     */
    void progress(long rowsDone, long rows);

    /**
     * Something that a person should know.
     *
     * @param line one line
     */
    default void notice(String line) {}
}
