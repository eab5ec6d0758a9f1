package convoy.parameterserver.update;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.List;

/**
 * How an averaged gradient changes the parameters: PyTorch's formulas, operation by operation, in single precision.
 *
 * <p>Every formula works element by element with plain multiplications and additions (never fused), so a parameter's
 * new bits depend on nothing but its own gradient, value and slots: not on partitions, threads, servers or processor.
 * The loops have the shape that the JIT compiler turns into vector instructions.
 */
public sealed interface Optimizer {
    /**
     * {@return the names of the arrays kept beside the parameters, one float each for every parameter, zero at the start}
     */
    List<String> slots();

    /**
     * Updates {@code values[begin..end)} in place.
     *
     * @param values parameters
     * @param gradient of the loss averaged over the examples, without decay; overwritten
     * @param slots the arrays that {@link #slots} names, in that order
     * @param begin first index in all the arrays
     * @param end the index behind the last
     * @param step how it is to be done
     */
    void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step);

    /**
     * One update's scalars.
     *
     * @param learningRate from the {@link Schedule}
     * @param decay from {@link WeightDecay}, for the tensors of this call
     * @param number how many updates there are with this one: 1 for the first (bias correction needs it)
     */
    record Step(double learningRate, double decay, long number) {}

    /** Plain stochastic gradient descent: {@code p -= rate g}. */
    record Sgd() implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of();
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            addDecay(values, gradient, begin, end, step.decay());
            subtract(values, gradient, begin, end, step.learningRate());
        }
    }

    /**
     * SGD with momentum (Polyak 1964) as PyTorch has it, without dampening: {@code b = momentum b + g; p -= rate b}.
     *
     * @param momentum how much of the former direction is kept
     */
    record Momentum(double momentum) implements Optimizer {
        /** Refuses momenta outside {@code (0, 1)}. */
        public Momentum {
            requireFraction("momentum", momentum);
        }

        /** {@return the usual 0.9} */
        public static Momentum defaults() {
            return new Momentum(0.9);
        }

        @Override
        public List<String> slots() {
            return List.of("momentum_buffer");
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            addDecay(values, gradient, begin, end, step.decay());
            accumulate(slots[0], gradient, begin, end, momentum);
            subtract(values, slots[0], begin, end, step.learningRate());
        }
    }

    /**
     * Nesterov's momentum as PyTorch has it (Sutskever et al. 2013, section 2): {@code b = momentum b + g; p -= rate (g +
     * momentum b)}.
     *
     * @param momentum how much of the former direction is kept
     */
    record Nesterov(double momentum) implements Optimizer {
        /** Refuses momenta outside {@code (0, 1)}. */
        public Nesterov {
            requireFraction("momentum", momentum);
        }

        /** {@return the usual 0.9} */
        public static Nesterov defaults() {
            return new Nesterov(0.9);
        }

        @Override
        public List<String> slots() {
            return List.of("momentum_buffer");
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            addDecay(values, gradient, begin, end, step.decay());
            float[] buffer = slots[0];
            accumulate(buffer, gradient, begin, end, momentum);
            float keep = (float) momentum;
            for (int i = begin; i < end; i++) {
                gradient[i] += keep * buffer[i];
            }
            subtract(values, gradient, begin, end, step.learningRate());
        }
    }

    /**
     * RMSprop (Tieleman and Hinton 2012) as PyTorch has it: {@code s = alpha s + (1 - alpha) g^2}, then {@code g /
     * (sqrt(s) + epsilon)} is the direction, with momentum if that is not 0.
     *
     * @param alpha how much of the former mean square is kept
     * @param epsilon added outside the root
     * @param momentum how much of the former direction is kept; 0 for none
     */
    record RmsProp(double alpha, double epsilon, double momentum) implements Optimizer {
        /** Refuses what cannot work. */
        public RmsProp {
            requireFraction("alpha", alpha);
            requirePositive("epsilon", epsilon);
            if (momentum != 0) {
                requireFraction("momentum", momentum);
            }
        }

        /** {@return PyTorch's defaults} */
        public static RmsProp defaults() {
            return new RmsProp(0.99, 1e-8, 0);
        }

        @Override
        public List<String> slots() {
            return momentum == 0 ? List.of("square_avg") : List.of("square_avg", "momentum_buffer");
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            addDecay(values, gradient, begin, end, step.decay());
            float[] squares = slots[0];
            float keep = (float) alpha;
            float take = (float) (1 - alpha);
            float tiny = (float) epsilon;
            for (int i = begin; i < end; i++) {
                float g = gradient[i];
                float s = keep * squares[i] + take * (g * g);
                squares[i] = s;
                gradient[i] = g / ((float) Math.sqrt(s) + tiny);
            }
            if (momentum == 0) {
                subtract(values, gradient, begin, end, step.learningRate());
            } else {
                accumulate(slots[1], gradient, begin, end, momentum);
                subtract(values, slots[1], begin, end, step.learningRate());
            }
        }
    }

    /**
     * Adam (Kingma and Ba 2015, algorithm 1) as PyTorch has it; weight decay is added to the gradient.
     *
     * @param beta1 how much of the former mean is kept
     * @param beta2 how much of the former mean square is kept
     * @param epsilon added outside the root, after bias correction
     */
    record Adam(double beta1, double beta2, double epsilon) implements Optimizer {
        /** Refuses what cannot work. */
        public Adam {
            requireFraction("beta1", beta1);
            requireFraction("beta2", beta2);
            requirePositive("epsilon", epsilon);
        }

        /** {@return the paper's defaults} */
        public static Adam defaults() {
            return new Adam(0.9, 0.999, 1e-8);
        }

        @Override
        public List<String> slots() {
            return List.of("exp_avg", "exp_avg_sq");
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            addDecay(values, gradient, begin, end, step.decay());
            adam(values, gradient, slots, begin, end, step, beta1, beta2, epsilon);
        }
    }

    /**
     * AdamW (Loshchilov and Hutter 2019, algorithm 2) as PyTorch has it: {@code p *= 1 - rate decay} before Adam's step.
     *
     * @param beta1 how much of the former mean is kept
     * @param beta2 how much of the former mean square is kept
     * @param epsilon added outside the root, after bias correction
     */
    record AdamW(double beta1, double beta2, double epsilon) implements Optimizer {
        /** Refuses what cannot work. */
        public AdamW {
            requireFraction("beta1", beta1);
            requireFraction("beta2", beta2);
            requirePositive("epsilon", epsilon);
        }

        /** {@return PyTorch's defaults} */
        public static AdamW defaults() {
            return new AdamW(0.9, 0.999, 1e-8);
        }

        @Override
        public List<String> slots() {
            return List.of("exp_avg", "exp_avg_sq");
        }

        @Override
        public void update(float[] values, float[] gradient, float[][] slots, int begin, int end, Step step) {
            if (step.decay() != 0) {
                float shrink = (float) (1 - step.learningRate() * step.decay());
                for (int i = begin; i < end; i++) {
                    values[i] *= shrink;
                }
            }
            adam(values, gradient, slots, begin, end, step, beta1, beta2, epsilon);
        }
    }

    /** {@code g += decay p}: L2 regularization as PyTorch's optimizers have it. */
    private static void addDecay(float[] values, float[] gradient, int begin, int end, double decay) {
        if (decay == 0) {
            return;
        }
        float rate = (float) decay;
        for (int i = begin; i < end; i++) {
            gradient[i] += rate * values[i];
        }
    }

    /** {@code b = momentum b + g}. On the first update b is 0, so that b becomes g, as in PyTorch. */
    private static void accumulate(float[] buffer, float[] gradient, int begin, int end, double momentum) {
        float keep = (float) momentum;
        for (int i = begin; i < end; i++) {
            buffer[i] = keep * buffer[i] + gradient[i];
        }
    }

    /** {@code p -= rate d}. */
    private static void subtract(float[] values, float[] direction, int begin, int end, double learningRate) {
        float rate = (float) learningRate;
        for (int i = begin; i < end; i++) {
            values[i] -= rate * direction[i];
        }
    }

    private static void adam(
            float[] values,
            float[] gradient,
            float[][] slots,
            int begin,
            int end,
            Step step,
            double beta1,
            double beta2,
            double epsilon) {
        float[] means = slots[0];
        float[] squares = slots[1];
        float keep1 = (float) beta1;
        float take1 = (float) (1 - beta1);
        float keep2 = (float) beta2;
        float take2 = (float) (1 - beta2);
        // StrictMath: the same bits on every processor.
        float rate = (float) (step.learningRate() / (1 - StrictMath.pow(beta1, (double) step.number())));
        float correction = (float) StrictMath.sqrt(1 - StrictMath.pow(beta2, (double) step.number()));
        float tiny = (float) epsilon;
        for (int i = begin; i < end; i++) {
            float g = gradient[i];
            float m = keep1 * means[i] + take1 * g;
            float s = keep2 * squares[i] + take2 * (g * g);
            means[i] = m;
            squares[i] = s;
            values[i] -= rate * (m / ((float) Math.sqrt(s) / correction + tiny));
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value > 0 && value < 1)) {
            throw new BadInputException(Refusal.of("optimizer." + name, value)
                    .because("is outside (0, 1)")
                    .instead("use e.g. 0.9"));
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("optimizer." + name, value)
                    .because("is not positive")
                    .instead("use e.g. 1e-8"));
        }
    }
}
