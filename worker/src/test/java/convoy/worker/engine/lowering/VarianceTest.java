package convoy.worker.engine.lowering;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import org.junit.jupiter.api.Test;

final class VarianceTest {
    @Test
    void oneValueHasNoVarianceAndMicroBatchesOfTwoMayComeToThat() {
        Variance.require("batch norm", 2);
        assertThatThrownBy(() -> Variance.require("batch norm", 1))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("batch norm gets one value for each channel, of a micro-batch of one example")
                .hasMessageContaining("where the rows do not divide, some micro-batches have an example fewer")
                .hasMessageContaining("micro-batch to 3 or more");
    }
}
