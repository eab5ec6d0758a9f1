package convoy.architectures.families.mobile;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.families.NetworkArguments;
import convoy.architectures.families.mobile.EfficientNet.Scaling;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EfficientNetTest {
    /** {@code 2^phi} times the multiply-adds, by and large: channels and blocks are whole. */
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 4", "4, 16"})
    void compoundScalingDoublesTheWork(double phi, double times) {
        long work = multiplyAdds(Scaling.compound(phi, 0.2));
        long unscaled = multiplyAdds(new Scaling(1, 1, 224, 0.2));
        assertThat(work / (double) unscaled).isBetween(0.8 * times, 1.3 * times);
    }

    private static long multiplyAdds(Scaling scaling) {
        return EfficientNet.entry("scaled", scaling)
                .build(NetworkArguments.defaults())
                .multiplyAdds();
    }
}
