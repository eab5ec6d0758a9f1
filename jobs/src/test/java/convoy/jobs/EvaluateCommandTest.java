package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.EvaluationResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EvaluateCommandTest {
    @Test
    void fiveOfFiveClassesAreNoFigure() {
        EvaluationResult ten = new EvaluationResult(3, 10, 5, Optional.of(9L), 0.5);
        assertThat(EvaluateCommand.describe(ten))
                .isEqualTo("accuracy 50.00 % (top 5: 90.00 %), loss 0.5000 on 10 images");
        assertThat(EvaluateCommand.asJson(ten)).containsEntry("top-5-accuracy", 0.9);
        EvaluationResult four = new EvaluationResult(3, 10, 5, Optional.empty(), 0.5);
        assertThat(EvaluateCommand.describe(four)).isEqualTo("accuracy 50.00 %, loss 0.5000 on 10 images");
        assertThat(EvaluateCommand.asJson(four))
                .doesNotContainKey("top-5-accuracy")
                .containsEntry("accuracy", 0.5);
    }
}
