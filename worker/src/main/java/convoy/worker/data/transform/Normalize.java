package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import java.util.Collections;
import java.util.List;

/**
 * {@code (pixel / 255 - mean) / std} for each channel. Where it is left out, and nothing else normalizes, it is added
 * with the data set's own figures: at the end, or before the first random erasing.
 *
 * @param mean of each channel, of pixels scaled to [0, 1]; empty for the data set's
 * @param std of each channel, likewise
 */
public record Normalize(List<Double> mean, List<Double> std) implements Transform {
    public Normalize {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw new BadInputException(Refusal.of("mean")
                    .by("normalize")
                    .because("has " + Counts.plain(mean.size(), "value") + " and std has " + std.size(), "std")
                    .instead("give each one for every channel, or neither"));
        }
        for (double deviation : std) {
            if (!(deviation > 0)) {
                throw new BadInputException(
                        Refusal.of("std", deviation).by("normalize").because(", must be above 0"));
            }
        }
    }

    /** What each byte becomes, {@code [channel][byte]}, in single precision as PyTorch rounds it. */
    float[][] table() {
        float[][] table = new float[mean.size()][256];
        for (int c = 0; c < table.length; c++) {
            float m = mean.get(c).floatValue();
            float s = std.get(c).floatValue();
            for (int b = 0; b < 256; b++) {
                table[c][b] = (b / 255f - m) / s;
            }
        }
        return table;
    }

    /** The same of values in [0, 1]. */
    void apply(FloatImage image) {
        float[] values = image.values();
        int plane = image.plane();
        for (int c = 0; c < image.channels(); c++) {
            float m = mean.get(c).floatValue();
            float s = std.get(c).floatValue();
            for (int i = c * plane; i < (c + 1) * plane; i++) {
                values[i] = (values[i] - m) / s;
            }
        }
    }

    /**
     * {@return a step that leaves pixels in [0, 255], as they are stored}
     *
     * @param channels 1 or 3
     */
    public static Normalize pixels(int channels) {
        return new Normalize(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0 / 255));
    }

    /** {@return the data set's own mean and standard deviation} */
    public static Normalize defaults() {
        return new Normalize(List.of(), List.of());
    }

    @Override
    public Stage stage() {
        return Stage.NORMALIZATION;
    }

    @Override
    public void apply(Canvas canvas, RandomStream random) {
        canvas.normalize(this::apply);
    }

    @Override
    public List<Transform> forEvaluation() {
        return List.of(this);
    }
}
