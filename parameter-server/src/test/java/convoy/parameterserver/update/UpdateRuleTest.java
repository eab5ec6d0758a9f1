package convoy.parameterserver.update;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a rule refuses. */
final class UpdateRuleTest {
    @Test
    void aClipNormIsPositive() {
        assertThatThrownBy(() -> UpdateRuleBuilder.builder()
                        .optimizer(new Optimizer.Sgd())
                        .weightDecay(WeightDecay.defaults())
                        .schedule(new Schedule.Constant(1))
                        .clipNorm(Optional.of(0.0))
                        .build())
                .hasMessage(
                        "clip-norm = 0.0 is not a positive number: give the largest norm allowed, or leave it out not to clip");
    }
}
