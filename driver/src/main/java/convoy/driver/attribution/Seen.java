package convoy.driver.attribution;

import convoy.architectures.tensor.Shape.Image;
import convoy.driver.evaluation.PictureModel.Guess;
import java.util.List;

/**
 * A picture as the network was fed with it, what the model takes it for, and the feature maps of the layer that is looked at.
 *
 * @param image URI of the picture's file
 * @param input {@code [C, H, W]}, normalized
 * @param logits of all classes
 * @param guesses all classes, the best first
 * @param shape of the maps
 * @param maps {@code [C, H, W]} of the layer
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Seen(String image, float[] input, float[] logits, List<Guess> guesses, Image shape, float[] maps) {
    public Seen {
        guesses = List.copyOf(guesses);
    }

    /**
     * {@return one of the feature maps}
     *
     * @param channel from 0
     */
    public PlaceMap map(int channel) {
        int plane = shape.height() * shape.width();
        float[] values = new float[plane];
        System.arraycopy(maps, channel * plane, values, 0, plane);
        return new PlaceMap(shape.height(), shape.width(), values);
    }

    /** The sum of the feature maps, each times a weight. */
    PlaceMap weighted(double[] weights) {
        int plane = shape.height() * shape.width();
        float[] sum = new float[plane];
        for (int i = 0; i < plane; i++) {
            double value = 0;
            for (int c = 0; c < weights.length; c++) {
                value += weights[c] * maps[c * plane + i];
            }
            sum[i] = (float) value;
        }
        return new PlaceMap(shape.height(), shape.width(), sum);
    }
}
