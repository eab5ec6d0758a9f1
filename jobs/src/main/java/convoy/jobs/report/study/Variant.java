package convoy.jobs.report.study;

import java.util.List;
import java.util.Optional;

/**
 * One of the things that a study compares.
 *
 * @param name in the study
 * @param cost of one network of it
 * @param estimate of its outcome; empty if no seed gave one
 * @param seeds that it was trained with, in their order
 * @param band of the learning curve over the seeds, in the order of the epochs
 * @param lost seeds that gave no outcome
 */
public record Variant(
        String name, Cost cost, Optional<Estimate> estimate, List<Seed> seeds, List<Level> band, Lost lost) {
    public Variant {
        seeds = List.copyOf(seeds);
        band = List.copyOf(band);
    }

    /**
     * What a network takes.
     *
     * @param parameters how many it has
     * @param multiplyAdds of one image
     */
    public record Cost(long parameters, long multiplyAdds) {}

    /**
     * Over seeds, in the outcome's unit.
     *
     * @param mean of the outcome
     * @param deviation the standard deviation of one seed; it and the interval are no numbers where there is one seed
     * @param low lower end of the 95 % interval of the mean
     * @param high upper end
     * @param count of seeds
     */
    public record Estimate(double mean, double deviation, double low, double high, int count) {}

    /**
     * One seed's training.
     *
     * @param number the seed
     * @param outcome empty if there is none
     * @param course of the outcome on the validation rows while it was trained
     * @param trainings of it, one for each part of the training rows that is held out
     */
    public record Seed(long number, Optional<Double> outcome, List<Reading> course, List<Training> trainings) {
        public Seed {
            course = List.copyOf(course);
            trainings = List.copyOf(trainings);
        }
    }

    /**
     * The outcome after so many epochs.
     *
     * @param epoch passes over the data, with a fraction
     * @param value of the outcome, in its unit
     */
    public record Reading(double epoch, double value) {}

    /**
     * The mean over seeds after so many epochs, with its 95 % interval, whose ends are no numbers for one seed.
     *
     * @param epoch passes over the data, with a fraction
     * @param mean of the outcome, in its unit
     * @param low lower end of the interval
     * @param high upper end
     */
    public record Level(double epoch, double mean, double low, double high) {}

    /**
     * Seeds that gave no outcome.
     *
     * @param diverged seeds whose loss became no number
     * @param crashed seeds that failed for good
     */
    public record Lost(int diverged, int crashed) {}
}
