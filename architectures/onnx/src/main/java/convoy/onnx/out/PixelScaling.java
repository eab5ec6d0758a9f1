package convoy.onnx.out;

import convoy.records.BadInputException;
import java.util.List;

/**
 * What a model does with pixels from 0 to 255 before its first layer: {@code (pixel / 255 - mean) / std}, channel by channel.
 *
 * @param mean of each channel, of pixels scaled to [0, 1]
 * @param std likewise
 */
public record PixelScaling(List<Double> mean, List<Double> std) {
    public PixelScaling {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || mean.size() != std.size()) {
            throw new BadInputException(
                    "mean = " + mean + " and std = " + std + ": each needs a number for every channel");
        }
    }
}
