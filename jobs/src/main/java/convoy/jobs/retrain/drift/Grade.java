package convoy.jobs.retrain.drift;

import convoy.jobs.retrain.file.Reaction;

/** What follows from a finding; the later, the worse. */
public enum Grade {
    /** Nothing. */
    FINE,
    /** A person should know it. */
    WARNING,
    /** Nothing is trained. */
    REFUSAL;

    static Grade of(Reaction reaction) {
        return switch (reaction) {
            case IGNORE -> FINE;
            case WARN -> WARNING;
            case REFUSE -> REFUSAL;
        };
    }
}
