package convoy.jobs.retrain.file;

import convoy.records.Refusal;
import convoy.records.annotation.Default;

/**
 * What is looked at before anything is trained.
 *
 * @param minimumRows the fewest new rows that are worth a training
 * @param unknownClasses what is done about rows of a class that the champion has not
 * @param lostClasses what is done about a class of the champion's of which there is no new row
 * @param drift how far the new data may be from the champion's
 */
public record Guards(
        @Default("100") long minimumRows,
        @Default("refuse") Reaction unknownClasses,
        @Default("warn") Reaction lostClasses,
        Drift drift) {
    public Guards {
        Refusal.requireAtLeast("minimum-rows", minimumRows, 1, "with 1 every new row is trained on");
    }

    /** {@return what a pipeline file need not say} */
    public static Guards defaults() {
        return new Guards(100, Reaction.REFUSE, Reaction.WARN, Drift.defaults());
    }
}
