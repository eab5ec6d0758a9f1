package convoy.jobs.retrain.file;

/** What is done about something that a guard found. */
public enum Reaction {
    /** Nothing is said. */
    IGNORE,
    /** It is said, and training goes on. */
    WARN,
    /** Nothing is trained. */
    REFUSE
}
