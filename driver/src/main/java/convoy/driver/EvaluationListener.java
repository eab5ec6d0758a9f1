package convoy.driver;

/** Hears how far an evaluation is. */
@FunctionalInterface
public interface EvaluationListener {
    void progress(long rowsDone, long rows);
}
