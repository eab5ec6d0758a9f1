package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.limits.Probability;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.pixels.Neighbours;
import java.util.List;

/** Steps that make a pixel of those around it. */
public sealed interface Filter extends Transform permits Filter.GaussianBlur, Filter.RandomSharpness {
    @Override
    default Stage stage() {
        return Stage.PIXELS;
    }

    @Override
    default List<Transform> forEvaluation() {
        return List.of();
    }

    /**
     * Blurs by a Gaussian of random width (torchvision's {@code GaussianBlur}).
     *
     * @param kernel the side of the square of pixels that makes up one, odd
     * @param minSigma the least standard deviation, in pixels
     * @param maxSigma the largest
     */
    record GaussianBlur(int kernel, double minSigma, double maxSigma) implements Filter {
        private static final int LARGEST_KERNEL = 255;

        public GaussianBlur {
            if (kernel < 1 || kernel > LARGEST_KERNEL || kernel % 2 == 0) {
                throw new BadInputException(Refusal.of("kernel", kernel)
                        .by("gaussian-blur")
                        .because(", must be odd and lie in [1, " + LARGEST_KERNEL + "]")
                        .instead("a tenth of the picture's side is usual"));
            }
            if (!(minSigma > 0 && minSigma <= maxSigma && maxSigma < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(Refusal.of("min-sigma", minSigma)
                        .by("gaussian-blur")
                        .because(", max-sigma = " + maxSigma + ", must be 0 < min-sigma <= max-sigma", "max-sigma"));
            }
        }

        /** {@return 3 x 3, and torchvision's widths} */
        public static GaussianBlur defaults() {
            return new GaussianBlur(3, 0.1, 2);
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            double sigma = minSigma + (maxSigma - minSigma) * random.nextDouble();
            Neighbours.blur(canvas.develop(), kernel, sigma);
        }
    }

    /**
     * Sharpens or smooths, sometimes (torchvision's {@code RandomAdjustSharpness}).
     *
     * @param factor 0 makes the picture smooth, 1 leaves it as it is, 2 makes it sharper
     * @param probability in [0, 1]
     */
    record RandomSharpness(double factor, double probability) implements Filter {
        public RandomSharpness {
            if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(Refusal.of("factor", factor)
                        .by("random-sharpness")
                        .because(", must be at least 0")
                        .instead("2 sharpens, 0 smooths, 1 leaves it alone"));
            }
            Probability.check("random-sharpness", probability);
        }

        /** {@return every other picture twice as sharp} */
        public static RandomSharpness defaults() {
            return new RandomSharpness(2, 0.5);
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            if (random.nextDouble() < probability) {
                Neighbours.sharpen(canvas.develop(), factor);
            }
        }
    }
}
