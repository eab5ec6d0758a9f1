package convoy.jobs.report.study;

import java.util.List;
import java.util.Optional;

/**
 * One of the things that a study compares.
 *
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
     * @param multiplyAdds of one image
     */
    public record Cost(long parameters, long multiplyAdds) {}

    /**
     * Over seeds, in the outcome's unit.
     *
     * @param deviation the standard deviation of one seed
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
     * @param course of the outcome on held-out rows while it was trained
     */
    public record Seed(long number, Optional<Double> outcome, List<Reading> course) {
        public Seed {
            course = List.copyOf(course);
        }
    }

    /** The outcome after so many epochs. */
    public record Reading(double epoch, double value) {}

    /** The mean over seeds after so many epochs, with its 95 % interval. */
    public record Level(double epoch, double mean, double low, double high) {}

    /** Seeds whose loss became no number, and those that failed for good. */
    public record Lost(int diverged, int crashed) {}
}
