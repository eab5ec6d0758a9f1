package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.limits.Probability;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.pixels.Tones;
import java.util.List;

/**
 * Takes the colours away, sometimes: every channel becomes {@code 0.2989 R + 0.587 G + 0.114 B} (torchvision's
 * {@code RandomGrayscale}). A grey picture stays as it is.
 *
 * @param probability in [0, 1]
 */
public record RandomGrayscale(double probability) implements Transform {
    public RandomGrayscale {
        Probability.check("random-grayscale", probability);
    }

    /** {@return one picture of ten} */
    public static RandomGrayscale defaults() {
        return new RandomGrayscale(0.1);
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        if (random.nextDouble() >= probability) {
            return;
        }
        FloatImage image = canvas.develop();
        if (image.channels() != 3) {
            return;
        }
        float[] values = image.values();
        int plane = image.plane();
        for (int i = 0; i < plane; i++) {
            float grey = Tones.grey(values[i], values[plane + i], values[2 * plane + i]);
            values[i] = grey;
            values[plane + i] = grey;
            values[2 * plane + i] = grey;
        }
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of();
    }
}
