package convoy.worker.data.batch;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.limits.Probability;
import java.util.Arrays;

/**
 * Makes each example of a micro-batch a mixture of two: of itself and of the one before it (of the first one, the last), in
 * pictures and labels. As the rows of a micro-batch come in random order, so do the pairs. Pairs lie within a micro-batch, so
 * nothing depends on who computes which.
 */
public sealed interface Mix {
    /** {@return the share of micro-batches, in [0, 1], that are mixed} */
    double probability();

    /**
     * Mixes the pictures of a batch, in place.
     *
     * @param batch images {@code [N, C, H, W]} with their labels
     * @param height of every picture
     * @param width likewise
     * @param random where all chance comes from
     * @return the batch with what each picture is now made of
     */
    Batch apply(Batch batch, int height, int width, RandomStream random);

    /**
     * Adds pictures up: {@code lambda x_i + (1 - lambda) x_j}, with labels likewise and one lambda for a micro-batch, drawn
     * from Beta(alpha, alpha) (Zhang et al. 2017, "mixup: Beyond Empirical Risk Minimization", section 2; torchvision's
     * {@code v2.MixUp}).
     *
     * @param alpha the larger, the more even the mixtures; 0.2 is the paper's for ImageNet, 1 for CIFAR-10
     * @param probability the share of micro-batches that are mixed
     */
    record Mixup(double alpha, double probability) implements Mix {
        public Mixup {
            check("mixup", alpha, probability);
        }

        /** {@return what is usual for ImageNet} */
        public static Mixup defaults() {
            return new Mixup(0.2, 1);
        }

        @Override
        public Batch apply(Batch batch, int height, int width, RandomStream random) {
            float own = (float) beta(alpha, random);
            float other = 1 - own;
            float[] images = batch.images();
            int size = images.length / batch.examples();
            float[] last = Arrays.copyOfRange(images, images.length - size, images.length);
            for (int n = batch.examples() - 1; n >= 0; n--) {
                int to = n * size;
                for (int i = 0; i < size; i++) {
                    images[to + i] = own * images[to + i] + other * (n == 0 ? last[i] : images[to - size + i]);
                }
            }
            return mixed(batch, other);
        }
    }

    /**
     * Pastes the same rectangle of the other picture into each; labels count by their share of the pixels. With lambda drawn
     * from Beta(alpha, alpha) the rectangle has {@code sqrt(1 - lambda)} of height and width, its middle lies anywhere, and
     * what reaches over the edge is cut off (Yun et al. 2019, "CutMix", section 3.1; torchvision's {@code v2.CutMix}).
     *
     * @param alpha 1 in the paper: lambda is uniform
     * @param probability the share of micro-batches that are mixed; 0.5 is the paper's for CIFAR, 1 for ImageNet
     */
    record Cutmix(double alpha, double probability) implements Mix {
        public Cutmix {
            check("cutmix", alpha, probability);
        }

        /** {@return what is usual for ImageNet} */
        public static Cutmix defaults() {
            return new Cutmix(1, 1);
        }

        @Override
        public Batch apply(Batch batch, int height, int width, RandomStream random) {
            double half = 0.5 * Math.sqrt(1 - beta(alpha, random));
            int middleX = random.nextInt(width);
            int middleY = random.nextInt(height);
            int left = Math.max(0, middleX - (int) (half * width));
            int right = Math.min(width, middleX + (int) (half * width));
            int top = Math.max(0, middleY - (int) (half * height));
            int bottom = Math.min(height, middleY + (int) (half * height));
            float[] images = batch.images();
            int size = images.length / batch.examples();
            float[] last = Arrays.copyOfRange(images, images.length - size, images.length);
            for (int n = batch.examples() - 1; n >= 0; n--) {
                float[] from = n == 0 ? last : images;
                int begin = n == 0 ? 0 : (n - 1) * size;
                for (int plane = 0; plane < size; plane += height * width) {
                    for (int y = top; y < bottom; y++) {
                        int at = plane + y * width + left;
                        System.arraycopy(from, begin + at, images, n * size + at, right - left);
                    }
                }
            }
            return mixed(batch, (float) ((right - left) * (bottom - top) / ((double) height * width)));
        }
    }

    private static Batch mixed(Batch batch, float share) {
        int examples = batch.examples();
        int[] others = new int[examples];
        others[0] = batch.labels()[examples - 1];
        System.arraycopy(batch.labels(), 0, others, 1, examples - 1);
        float[] shares = new float[examples];
        Arrays.fill(shares, share);
        return batch.mixed(others, shares);
    }

    /**
     * {@return a draw from Beta(alpha, alpha), as {@code g / (g + h)} of two gamma draws} Worked out with their
     * logarithms: with a small alpha both may be too small for a double.
     *
     * @param alpha above 0
     * @param random where all chance comes from
     */
    static double beta(double alpha, RandomStream random) {
        double first = logGamma(alpha, random);
        double second = logGamma(alpha, random);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /**
     * The logarithm of a draw from Gamma(alpha, 1): Marsaglia and Tsang 2000, "A Simple Method for Generating Gamma
     * Variables", with Gamma(alpha) = Gamma(alpha + 1) U^(1/alpha) from section 6, which serves alpha below 1.
     */
    private static double logGamma(double alpha, RandomStream random) {
        double boost = StrictMath.log(1 - random.nextDouble()) / alpha;
        double d = alpha + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double root = 1 + c * x;
            double u = 1 - random.nextDouble();
            if (root > 0) {
                double v = root * root * root;
                if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                    return StrictMath.log(d * v) + boost;
                }
            }
        }
    }

    private static void check(String name, double alpha, double probability) {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("alpha", alpha)
                    .by(name)
                    .because(", must be above 0")
                    .instead("leave " + name + " out not to mix"));
        }
        Probability.check(name, probability);
    }
}
