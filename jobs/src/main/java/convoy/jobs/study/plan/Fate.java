package convoy.jobs.study.plan;

/** How it stands with a trial. */
public enum Fate {
    /** It is to be trained further. */
    OPEN,
    /** It has reached its end. */
    FINISHED,
    /** Others were better at a rung. */
    STOPPED,
    /** Its loss was none, or beyond the bound. */
    DIVERGED,
    /** It crashed more often than it is tried again. */
    CRASHED
}
