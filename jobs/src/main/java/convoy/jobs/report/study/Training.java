package convoy.jobs.report.study;

import java.util.OptionalDouble;

/**
 * One run of a study.
 *
 * @param trial its directory's name
 * @param place among those of its seed
 * @param fate what became of it
 * @param validation its newest outcome on the validation rows, in the outcome's unit
 * @param test the same of the test rows, if it has read them
 * @param note why it ended before its end; empty if it did not
 */
public record Training(
        String trial, Place place, StudyReport.Fate fate, OptionalDouble validation, OptionalDouble test, String note) {
    /**
     * Which of a seed's trainings it is.
     *
     * @param inside where it stands inside the seed, counted from 1, as {@code 2} or {@code 2.1}; empty where nothing is varied there
     * @param part which part of the training rows it was scored on, from 0
     */
    public record Place(String inside, int part) {
        /** The only one of a seed. */
        public static final Place ONLY = new Place("", 0);
    }
}
