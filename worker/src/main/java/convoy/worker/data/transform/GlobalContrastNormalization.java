package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Takes from each picture its own mean and divides it by its own contrast, over all values of all channels, with pixels in
 * [0, 255]. Takes the place of {@link Normalize}.
 *
 * <pre>
 *   y = scale (x - mean(x)) / c,   c = sqrt(bias + sum (x - mean(x))^2),   c = scale where c / scale &lt; 1e-8
 * </pre>
 *
 * <p>That is {@code global_contrast_normalize(X, scale, sqrt_bias=bias)} of Goodfellow's pylearn2, which makes the inputs of
 * Maxout (Goodfellow et al. 2013) and of All-CNN (Springenberg et al. 2014, section 3) with scale 55, followed by
 * {@link Zca}. Goodfellow, Bengio, Courville, "Deep Learning", section 12.2.1.1, has the mean of the squares instead of
 * their sum: multiply its scale by the square root of the number of values.
 *
 * @param scale the norm that every picture gets
 * @param bias added to the sum of squares, so that pictures of little contrast keep little
 */
public record GlobalContrastNormalization(double scale, double bias) implements Transform {
    /** Below it, a picture is flat and stays as it is. */
    private static final double LEAST_DIVISOR = 1e-8;

    private static final double WHITE = 255;

    public GlobalContrastNormalization {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("scale", scale)
                    .by("global-contrast-normalization")
                    .because(", must be above 0")
                    .instead("55 is All-CNN's"));
        }
        if (!(bias >= 0 && bias < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(
                    Refusal.of("bias", bias).by("global-contrast-normalization").because(", must be at least 0"));
        }
    }

    /** {@return All-CNN's figures} */
    public static GlobalContrastNormalization defaults() {
        return new GlobalContrastNormalization(55, 0);
    }

    /** The one that a whitening was fitted behind. */
    static GlobalContrastNormalization of(DatasetInfo.Contrast figures) {
        return new GlobalContrastNormalization(figures.scale(), figures.bias());
    }

    /** {@return the figures as a data set's description keeps them} */
    public DatasetInfo.Contrast figures() {
        return new DatasetInfo.Contrast(scale, bias);
    }

    @Override
    public Stage stage() {
        return Stage.NORMALIZATION;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        FloatImage image = canvas.develop();
        apply(image.values(), image.size());
    }

    /** Normalizes the first {@code size} values, which are in [0, 1]. */
    void apply(float[] values, int size) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += values[i];
        }
        double mean = sum / size;
        double squares = 0;
        for (int i = 0; i < size; i++) {
            double deviation = (values[i] - mean) * WHITE;
            squares += deviation * deviation;
        }
        double divisor = Math.sqrt(bias + squares) / scale;
        double factor = WHITE / (divisor < LEAST_DIVISOR ? 1 : divisor);
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((values[i] - mean) * factor);
        }
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
