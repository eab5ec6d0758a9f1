package convoy.parameterserver.update;

import java.util.List;

/**
 * The learning rate as a pure function of the step.
 *
 * <p>Computed in double precision with {@link StrictMath}, so that every server on every processor has the same bits.
 * All lengths are in steps.
 */
public sealed interface Schedule {
    /**
     * {@return the learning rate of a step}
     *
     * @param step the step, counted from 0
     */
    double rate(long step);

    /**
     * The same rate for ever.
     *
     * @param rate the learning rate
     */
    record Constant(double rate) implements Schedule {
        /** Refuses a rate that is not positive. */
        public Constant {
            requireRate(rate);
        }

        @Override
        public double rate(long step) {
            return rate;
        }
    }

    /**
     * The rate times {@code factor} after every {@code every} steps (PyTorch's {@code StepLR}).
     *
     * @param rate the first learning rate
     * @param every steps between two changes
     * @param factor by which it changes
     */
    record Step(double rate, long every, double factor) implements Schedule {
        /** Refuses what cannot work. */
        public Step {
            requireRate(rate);
            requireSteps("every", every);
            requireFactor(factor);
        }

        @Override
        public double rate(long step) {
            long changes = step / every;
            return rate * StrictMath.pow(factor, (double) changes);
        }
    }

    /**
     * The rate times {@code factor} at every milestone (PyTorch's {@code MultiStepLR}).
     *
     * @param rate the first learning rate
     * @param milestones ascending steps from which on the next factor counts
     * @param factor by which it changes
     */
    record MultiStep(double rate, List<Long> milestones, double factor) implements Schedule {
        /** Refuses what cannot work. */
        public MultiStep {
            milestones = List.copyOf(milestones);
            requireRate(rate);
            requireFactor(factor);
            long last = 0;
            for (long milestone : milestones) {
                if (milestone <= last) {
                    throw new IllegalArgumentException(
                            "schedule.milestones = " + milestones + ": they must be positive and ascend");
                }
                last = milestone;
            }
        }

        @Override
        public double rate(long step) {
            int passed = 0;
            for (long milestone : milestones) {
                if (step >= milestone) {
                    passed++;
                }
            }
            return rate * StrictMath.pow(factor, passed);
        }
    }

    /**
     * The rate falls by {@code factor} within every {@code every} steps, smoothly: {@code rate factor^(step / every)}
     * (PyTorch's {@code ExponentialLR} with {@code every} = 1).
     *
     * @param rate the first learning rate
     * @param every steps in which the factor is reached
     * @param factor by which it falls
     */
    record Exponential(double rate, long every, double factor) implements Schedule {
        /** Refuses what cannot work. */
        public Exponential {
            requireRate(rate);
            requireSteps("every", every);
            requireFactor(factor);
        }

        @Override
        public double rate(long step) {
            return rate * StrictMath.pow(factor, (double) step / (double) every);
        }
    }

    /**
     * Half a cosine from {@code rate} down to {@code minimum} (Loshchilov and Hutter 2017, equation 5, without
     * restarts; PyTorch's {@code CosineAnnealingLR}); {@code minimum} from then on.
     *
     * @param rate the first learning rate
     * @param steps how long it takes
     * @param minimum the last learning rate
     */
    record Cosine(double rate, long steps, double minimum) implements Schedule {
        /** Refuses what cannot work. */
        public Cosine {
            requireRate(rate);
            requireSteps("steps", steps);
            requireMinimum(minimum, rate);
        }

        @Override
        public double rate(long step) {
            double done = (double) Math.min(step, steps) / (double) steps;
            return minimum + (rate - minimum) * (1 + StrictMath.cos(StrictMath.PI * done)) / 2;
        }
    }

    /**
     * {@code (1 - step / steps)^power} between {@code rate} and {@code minimum} (PyTorch's {@code PolynomialLR} for a
     * minimum of 0); {@code minimum} from then on. Power 1 is a straight line.
     *
     * @param rate the first learning rate
     * @param steps how long it takes
     * @param power of the remaining part
     * @param minimum the last learning rate
     */
    record Polynomial(double rate, long steps, double power, double minimum) implements Schedule {
        /** Refuses what cannot work. */
        public Polynomial {
            requireRate(rate);
            requireSteps("steps", steps);
            requireMinimum(minimum, rate);
            if (!(power > 0 && power < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("schedule.power = " + power + " is not positive: use e.g. 1 or 2");
            }
        }

        @Override
        public double rate(long step) {
            double left = 1 - (double) Math.min(step, steps) / (double) steps;
            return minimum + (rate - minimum) * StrictMath.pow(left, power);
        }
    }

    /**
     * A straight climb in front of any other schedule, which begins when the climb ends (Goyal et al. 2017, section 2.2):
     * step t of the climb has {@code then.rate(0) (start + (1 - start) t / steps)} (PyTorch's {@code LinearLR}).
     *
     * @param steps length of the climb
     * @param start the fraction of the full rate at step 0
     * @param then what follows
     */
    record Warmup(long steps, double start, Schedule then) implements Schedule {
        /** Refuses what cannot work. */
        public Warmup {
            requireSteps("steps", steps);
            if (!(start > 0 && start <= 1)) {
                throw new IllegalArgumentException("schedule.start = " + start
                        + " is outside (0, 1]: it is the fraction of the full rate that the first step has, e.g. 0.1");
            }
            if (then instanceof Warmup) {
                throw new IllegalArgumentException("schedule.then is a warm-up behind a warm-up: use one");
            }
        }

        @Override
        public double rate(long step) {
            return step < steps
                    ? then.rate(0) * (start + (1 - start) * (double) step / (double) steps)
                    : then.rate(step - steps);
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("schedule.rate = " + rate + " is not positive: use e.g. 0.1");
        }
    }

    private static void requireSteps(String name, long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("schedule." + name + " = " + steps + ": use at least 1 step");
        }
    }

    private static void requireFactor(double factor) {
        if (!(factor > 0 && factor <= 1)) {
            throw new IllegalArgumentException("schedule.factor = " + factor + " is outside (0, 1]: use e.g. 0.1");
        }
    }

    private static void requireMinimum(double minimum, double rate) {
        if (!(minimum >= 0 && minimum <= rate)) {
            throw new IllegalArgumentException(
                    "schedule.minimum = " + minimum + " is outside [0, rate = " + rate + "]: use e.g. 0");
        }
    }
}
