package convoy.driver.configuration;

import convoy.parameterserver.update.Schedule;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The learning rate over a run, in epochs or steps as a person thinks of it. The servers want steps: {@link #schedule} turns
 * one into the other once the data set says how many steps an epoch has.
 *
 * @param rate the full learning rate
 * @param unit of every length here
 * @param warmUp how long the rate climbs in a straight line; 0: not at all
 * @param warmUpStart the share of the rate that the climb begins with
 * @param curve what the rate does after that
 */
@RecordBuilder
public record LearningRate(double rate, Unit unit, double warmUp, double warmUpStart, Curve curve)
        implements LearningRateBuilder.With {
    public LearningRate {
        requirePositive("rate", rate);
        if (!(warmUp >= 0 && Double.isFinite(warmUp))) {
            throw new BadInputException(Refusal.of("schedule.warm-up", warmUp)
                    .because("is not a length")
                    .instead("use 0 for none, 5 for example"));
        }
        if (!(warmUpStart > 0 && warmUpStart <= 1)) {
            throw new BadInputException(Refusal.of("schedule.warm-up-start", warmUpStart)
                    .because("is not in (0, 1]")
                    .instead("it is the share of the rate that the first step has, 0.1 for example"));
        }
        if (curve instanceof MultiStep multiStep
                && !multiStep.milestones().isEmpty()
                && multiStep.milestones().get(0) < warmUp) {
            throw new BadInputException(Refusal.of("schedule.curve.milestones")
                    .because("begin at " + multiStep.milestones().get(0) + " < schedule.warm-up = " + warmUp, "warm-up")
                    .instead("both count from the start of the run; shorten the warm-up"));
        }
    }

    /** {@return a constant 0.1} */
    public static LearningRate defaults() {
        return new LearningRate(0.1, Unit.EPOCHS, 0, 0.1, new Constant());
    }

    /** What lengths are counted in. */
    public enum Unit {
        /** Passes over the training data. */
        EPOCHS,

        /** Updates. */
        STEPS
    }

    /** The rate after the warm-up. */
    public sealed interface Curve {
        /**
         * {@return the curve in steps: {@code rate} at its start, which is {@code climb} steps into a run of {@code steps} steps}
         *
         * @param rate the full learning rate
         * @param climb how long the warm-up is, in steps
         * @param steps of the whole run
         * @param inSteps turns a length of this curve's into steps
         */
        Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps);
    }

    /** It stays. */
    public record Constant() implements Curve {
        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            return new Schedule.Constant(rate);
        }
    }

    /**
     * It is multiplied by {@code factor} after every {@code every}, counted from the end of the warm-up.
     *
     * @param every epochs or steps
     * @param factor in (0, 1]
     */
    public record Step(double every, double factor) implements Curve {
        public Step {
            requirePositive("curve.every", every);
            requireFactor(factor);
        }

        /** {@return what a run file need not say} */
        public static Step defaults() {
            return new Step(30, 0.1);
        }

        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            return new Schedule.Step(rate, Math.max(1, inSteps.applyAsLong(every)), factor);
        }
    }

    /**
     * It is multiplied by {@code factor} at every milestone.
     *
     * @param milestones epochs or steps from the start of the run, rising
     * @param factor in (0, 1]
     */
    public record MultiStep(List<Double> milestones, double factor) implements Curve {
        public MultiStep {
            milestones = List.copyOf(milestones);
            double last = 0;
            for (double milestone : milestones) {
                if (!(milestone > last && Double.isFinite(milestone))) {
                    throw new BadInputException(Refusal.of("schedule.curve.milestones", milestones)
                            .instead("each must be above the one before it and above 0"));
                }
                last = milestone;
            }
            requireFactor(factor);
        }

        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            List<Long> at = milestones.stream()
                    .map(milestone -> Math.max(1, inSteps.applyAsLong(milestone) - climb))
                    .distinct()
                    .toList();
            return new Schedule.MultiStep(rate, at, factor);
        }
    }

    /**
     * It falls smoothly by {@code factor} within {@code every}.
     *
     * @param every epochs or steps
     * @param factor in (0, 1]
     */
    public record Exponential(double every, double factor) implements Curve {
        public Exponential {
            requirePositive("curve.every", every);
            requireFactor(factor);
        }

        /** {@return what a run file need not say} */
        public static Exponential defaults() {
            return new Exponential(1, 0.95);
        }

        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            return new Schedule.Exponential(rate, Math.max(1, inSteps.applyAsLong(every)), factor);
        }
    }

    /**
     * It falls along half a cosine until the end of the run.
     *
     * @param minimum the last rate
     */
    public record Cosine(double minimum) implements Curve {
        public Cosine {
            requireMinimum(minimum);
        }

        /** {@return what a run file need not say} */
        public static Cosine defaults() {
            return new Cosine(0);
        }

        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            return new Schedule.Cosine(rate, steps - climb, minimum);
        }
    }

    /**
     * It falls as a power of what is left of the run.
     *
     * @param power 1 is a straight line
     * @param minimum the last rate
     */
    public record Polynomial(double power, double minimum) implements Curve {
        public Polynomial {
            requirePositive("curve.power", power);
            requireMinimum(minimum);
        }

        /** {@return what a run file need not say} */
        public static Polynomial defaults() {
            return new Polynomial(1, 0);
        }

        @Override
        public Schedule schedule(double rate, long climb, long steps, ToLongFunction<Double> inSteps) {
            return new Schedule.Polynomial(rate, steps - climb, power, minimum);
        }
    }

    /**
     * {@return the same in steps}
     *
     * @param stepsPerEpoch at least 1
     * @param steps of the whole run
     */
    public Schedule schedule(long stepsPerEpoch, long steps) {
        long climb = Math.min(steps(warmUp, stepsPerEpoch), steps - 1);
        Schedule after = curve.schedule(rate, climb, steps, length -> steps(length, stepsPerEpoch));
        return climb == 0 ? after : new Schedule.Warmup(climb, warmUpStart, after);
    }

    private long steps(double length, long stepsPerEpoch) {
        return Math.round(
                switch (unit) {
                    case EPOCHS -> length * stepsPerEpoch;
                    case STEPS -> length;
                });
    }

    private static void requirePositive(String key, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new BadInputException(Refusal.of("schedule." + key, value).because("is not a positive number"));
        }
    }

    private static void requireFactor(double value) {
        if (!(value > 0 && value <= 1)) {
            throw new BadInputException(Refusal.of("schedule.curve.factor", value)
                    .because("is not in (0, 1]")
                    .instead("use 0.1 for example"));
        }
    }

    private static void requireMinimum(double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new BadInputException(Refusal.of("schedule.curve.minimum", value)
                    .because("is negative")
                    .instead("use 0 for example"));
        }
    }
}
