package convoy.parameterserver.update;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a rule refuses. */
final class UpdateRuleTest {
    @Test
    void aClipNormIsPositive() {
        assertThatThrownBy(() -> new UpdateRule(
                        new Optimizer.Sgd(), WeightDecay.defaults(), new Schedule.Constant(1), Optional.of(0.0)))
                .hasMessage(
                        "clip-norm = 0.0 is not a positive number; give the largest norm allowed, or leave it out not to clip");
    }
}
