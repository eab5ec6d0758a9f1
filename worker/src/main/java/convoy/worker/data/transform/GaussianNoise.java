package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/**
 * Adds to every value of every channel a number of its own, normal with mean 0, and clamps to [0, 1] (torchvision's
 * {@code v2.GaussianNoise} with {@code mean=0, clip=True}).
 *
 * @param sigma the standard deviation, of pixels in [0, 1]
 */
public record GaussianNoise(double sigma) implements Transform {
    public GaussianNoise {
        if (!(sigma >= 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new BadInputException(Refusal.of("sigma", sigma)
                    .by("gaussian-noise")
                    .because(", must be at least 0")
                    .instead("0.1 of pixels in [0, 1] is usual"));
        }
    }

    /** {@return a tenth of the range} */
    public static GaussianNoise defaults() {
        return new GaussianNoise(0.1);
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        FloatImage image = canvas.develop();
        float[] values = image.values();
        int size = image.size();
        for (int i = 0; i < size; i++) {
            values[i] = Math.max(0f, Math.min(1f, values[i] + (float) (sigma * random.nextGaussian())));
        }
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
