package convoy.jobs.report.run;

import java.util.EnumMap;
import java.util.Map;

/** A few steps after each other: of every measure the mean, the least and the largest. One step, where a run is short. */
final class Stretch {
    private static final Figures NONE = new Figures(0, 0, Double.NaN, Double.NaN);

    private final long first;
    private long last;
    private double epoch;
    private double seconds;
    private final Map<Measure, Figures> figures = new EnumMap<>(Measure.class);

    /** Of those steps that have a number. */
    private record Figures(long count, double sum, double least, double most) {
        Figures with(Figures other) {
            return new Figures(
                    count + other.count, sum + other.sum, Math.min(least, other.least), Math.max(most, other.most));
        }
    }

    Stretch(long first) {
        this.first = first;
        this.last = first;
    }

    /**
     * Adds a step.
     *
     * @param seconds of the training until its end
     * @param values what is no number is left out
     */
    void add(long step, double epoch, double seconds, Map<Measure, Double> values) {
        reach(step, epoch, seconds);
        values.forEach((measure, value) -> {
            if (Double.isFinite(value)) {
                figures.merge(measure, new Figures(1, value, value, value), Figures::with);
            }
        });
    }

    /** Adds the steps of the one that follows. */
    void add(Stretch next) {
        reach(next.last, next.epoch, next.seconds);
        next.figures.forEach((measure, others) -> figures.merge(measure, others, Figures::with));
    }

    private void reach(long step, double toEpoch, double toSeconds) {
        last = step;
        epoch = toEpoch;
        seconds = toSeconds;
    }

    private Figures of(Measure measure) {
        return figures.getOrDefault(measure, NONE);
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    /** Epochs done after the last step. */
    double epoch() {
        return epoch;
    }

    double seconds() {
        return seconds;
    }

    /** The mean; no number if no step has one. */
    double mean(Measure measure) {
        return count(measure) == 0 ? Double.NaN : sum(measure) / count(measure);
    }

    double least(Measure measure) {
        return of(measure).least();
    }

    double most(Measure measure) {
        return of(measure).most();
    }

    long count(Measure measure) {
        return of(measure).count();
    }

    double sum(Measure measure) {
        return of(measure).sum();
    }
}
