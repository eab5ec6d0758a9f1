package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.limits.Probability;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Overwrites a random rectangle of the normalized picture, sometimes (Zhong et al. 2017, "Random Erasing Data Augmentation";
 * drawn as torchvision's {@code RandomErasing} draws it: ten tries at a rectangle smaller than the picture, then none).
 *
 * @param probability in [0, 1]
 * @param minScale the least share of the picture's area
 * @param maxScale the largest
 * @param minRatio the least ratio of the rectangle's height to its width
 * @param maxRatio the largest
 * @param fill with what
 */
public record RandomErasing(
        double probability, double minScale, double maxScale, double minRatio, double maxRatio, Fill fill)
        implements Transform {
    private static final int TRIES = 10;

    /** What the rectangle is filled with. */
    public enum Fill {
        /** 0, which is the mean of normalized pixels; torchvision's {@code value=0}. */
        MEAN,
        /** A standard normal number for each value; torchvision's {@code value="random"}. */
        NOISE
    }

    public RandomErasing {
        Probability.check("random-erasing", probability);
        if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
            throw new BadInputException(Refusal.of("min-scale", minScale)
                    .by("random-erasing")
                    .because(", max-scale = " + maxScale + ", must be 0 < min-scale <= max-scale <= 1", "max-scale"));
        }
        if (!(minRatio > 0 && minRatio <= maxRatio && maxRatio < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("min-ratio", minRatio)
                    .by("random-erasing")
                    .because(", max-ratio = " + maxRatio + ", must be 0 < min-ratio <= max-ratio", "max-ratio"));
        }
    }

    /** {@return torchvision's figures} */
    public static RandomErasing defaults() {
        return new RandomErasing(0.5, 0.02, 0.33, 0.3, 3.3, Fill.MEAN);
    }

    @Override
    public Stage stage() {
        return Stage.ERASING;
    }

    /** Draws whether, then for each try area, ratio and, if it fits, top and left; then the noise. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        if (random.nextDouble() >= probability) {
            return;
        }
        int height = canvas.height();
        int width = canvas.width();
        double logMin = StrictMath.log(minRatio);
        double logMax = StrictMath.log(maxRatio);
        for (int i = 0; i < TRIES; i++) {
            double area = (double) height * width * (minScale + (maxScale - minScale) * random.nextDouble());
            double ratio = StrictMath.exp(logMin + (logMax - logMin) * random.nextDouble());
            int h = (int) Math.rint(Math.sqrt(area * ratio));
            int w = (int) Math.rint(Math.sqrt(area / ratio));
            if (h < height && w < width) {
                int top = random.nextInt(height - h + 1);
                int left = random.nextInt(width - w + 1);
                erase(canvas.develop(), top, left, h, w, random);
                return;
            }
        }
    }

    private void erase(FloatImage image, int top, int left, int h, int w, RandomStream random) {
        float[] values = image.values();
        for (int c = 0; c < image.channels(); c++) {
            for (int y = top; y < top + h; y++) {
                int row = (c * image.height() + y) * image.width();
                for (int x = left; x < left + w; x++) {
                    values[row + x] = fill == Fill.NOISE ? (float) random.nextGaussian() : 0f;
                }
            }
        }
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
