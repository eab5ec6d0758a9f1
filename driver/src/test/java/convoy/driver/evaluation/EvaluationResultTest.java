package convoy.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.loop.EvaluationMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EvaluationResultTest {
    private static final List<EvaluationMetrics> BLOCKS =
            List.of(new EvaluationMetrics(7, 0, 6, 3, 5, 6.0), new EvaluationMetrics(7, 1, 4, 2, 4, 2.0));

    @Test
    void amongFiveClassesEveryLabelIsOneOfTheFiveHighest() {
        EvaluationResult six = EvaluationResult.of(7, 6, BLOCKS);
        assertThat(six.top5()).contains(9L);
        assertThat(six.top5Accuracy()).contains(0.9);
        assertThat(six.top1Accuracy()).isEqualTo(0.5);
        assertThat(six.loss()).isEqualTo(0.8);
        EvaluationResult five = EvaluationResult.of(7, 5, BLOCKS);
        assertThat(five.top5()).isEmpty();
        assertThat(five.top5Accuracy()).isEmpty();
        assertThat(five.top1()).isEqualTo(5);
    }
}
