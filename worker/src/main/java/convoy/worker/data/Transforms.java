package convoy.worker.data;

import convoy.architectures.BadInputException;
import convoy.architectures.Shape;
import java.util.List;

/**
 * The way from a stored picture to a network's input, in order.
 *
 * @param steps with at most one {@link Transform.Normalize}, which stands last and is added where it is left out
 */
public record Transforms(List<Transform> steps) {
    public Transforms {
        steps = List.copyOf(steps);
        for (int i = 0; i + 1 < steps.size(); i++) {
            if (steps.get(i) instanceof Transform.Normalize) {
                throw new BadInputException(
                        "transforms: normalize is number " + (i + 1) + " of " + steps.size() + "; put it last");
            }
        }
    }

    public static Transforms of(Transform... steps) {
        return new Transforms(List.of(steps));
    }

    /** The same without anything random, for evaluation: a random resized crop becomes a resize and a centre crop. */
    public Transforms forEvaluation() {
        return new Transforms(
                steps.stream().flatMap(step -> step.forEvaluation().stream()).toList());
    }

    /**
     * The shape of what comes out for that data set.
     *
     * @throws BadInputException if the pictures would come out in different sizes
     */
    public Shape.Image output(DatasetInfo info) {
        Transform.Extent extent = new Transform.Extent(info.height(), info.width());
        for (Transform step : steps) {
            extent = step.after(extent);
        }
        if (extent.height() == 0 || extent.width() == 0) {
            throw new BadInputException(
                    "the pictures of the data set differ in size and the transforms leave it so: add"
                            + " {kind: random-resized-crop} or {kind: resize} and {kind: center-crop}");
        }
        return new Shape.Image(info.channels(), extent.height(), extent.width());
    }

    /**
     * What each byte becomes, {@code [channel][byte]}: {@code (byte / 255 - mean) / std} in single precision, as PyTorch
     * rounds it.
     */
    float[][] normalization(DatasetInfo info) {
        List<Double> mean = info.mean();
        List<Double> std = info.std();
        if (!steps.isEmpty()
                && steps.get(steps.size() - 1) instanceof Transform.Normalize normalize
                && !normalize.mean().isEmpty()) {
            mean = normalize.mean();
            std = normalize.std();
        }
        if (mean.isEmpty()) {
            throw new BadInputException("the data set's dataset.json gives no mean and std: add {kind: normalize, mean:"
                    + " [...], std: [...]} to the transforms");
        }
        if (mean.size() != info.channels()) {
            throw new BadInputException("normalize: mean has " + mean.size() + " values, the data set has "
                    + info.channels() + " channels; give one for every channel");
        }
        float[][] table = new float[info.channels()][256];
        for (int c = 0; c < table.length; c++) {
            float m = mean.get(c).floatValue();
            float s = std.get(c).floatValue();
            for (int b = 0; b < 256; b++) {
                table[c][b] = (b / 255f - m) / s;
            }
        }
        return table;
    }
}
