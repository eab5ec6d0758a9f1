package convoy.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.evaluation.EvaluationResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScoresTest {
    @Test
    void fiveOfFiveClassesAreNoFigure() {
        EvaluationResult ten = new EvaluationResult(3, 10, 5, Optional.of(9L), 0.5);
        assertThat(Scores.describe(ten)).isEqualTo("accuracy 50.00 % (top 5: 90.00 %), loss 0.5000 on 10 images");
        assertThat(Scores.asJson(ten)).containsEntry("top-5-accuracy", 0.9);
        EvaluationResult four = new EvaluationResult(3, 10, 5, Optional.empty(), 0.5);
        assertThat(Scores.describe(four)).isEqualTo("accuracy 50.00 %, loss 0.5000 on 10 images");
        assertThat(Scores.asJson(four)).doesNotContainKey("top-5-accuracy").containsEntry("accuracy", 0.5);
    }
}
