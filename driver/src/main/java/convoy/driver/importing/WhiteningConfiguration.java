package convoy.driver.importing;

import convoy.records.BadInputException;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.storage.HomeDirectory;
import java.util.Optional;

/**
 * How to fit a whitening to a data set.
 *
 * @param data URI of the data set
 * @param contrast what is done to every picture before; empty: nothing, values are pixels in [0, 255]
 * @param filterBias added to every eigenvalue of the covariance
 * @param overwrite replace the whitening that the data set has
 */
public record WhiteningConfiguration(
        String data, Optional<GlobalContrastNormalization> contrast, double filterBias, boolean overwrite) {
    public WhiteningConfiguration {
        data = HomeDirectory.uri("data", data);
        if (!(filterBias > 0 && filterBias < Double.POSITIVE_INFINITY)) {
            throw new BadInputException("filter-bias = " + filterBias
                    + ", must be above 0: without it directions that never vary would be divided by 0; 0.1 is usual");
        }
    }

    /**
     * {@return a whitening as All-CNN's}
     *
     * @param data URI of the data set
     */
    public static WhiteningConfiguration of(String data) {
        return new WhiteningConfiguration(data, Optional.of(GlobalContrastNormalization.defaults()), 0.1, false);
    }
}
