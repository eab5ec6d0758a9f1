package convoy.driver.evaluation;

/** Hears how far an evaluation is. */
public interface EvaluationListener {
    void progress(long rowsDone, long rows);

    /** Something that a person should know. */
    default void notice(String line) {}
}
