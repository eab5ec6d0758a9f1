package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.metrics.TrainingListener.Progress;
import convoy.driver.metrics.TrainingListenerProgressBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LossWatchTest {
    private final List<Long> steps = new ArrayList<>();

    private LossWatch watch(Optional<Double> bound) {
        return new LossWatch(bound, steps::add, line -> {});
    }

    private static Progress step(long step, double loss) {
        return TrainingListenerProgressBuilder.builder()
                .step(step)
                .lastStep(10)
                .epoch(1)
                .loss(loss)
                .accuracy(0.5)
                .learningRate(0.1)
                .imagesPerSecond(1)
                .timeLeft(Duration.ZERO)
                .build();
    }

    @Test
    void aLossBeyondTheBoundEndsTheRun() {
        LossWatch watch = watch(Optional.of(5.0));
        watch.progress(step(1, 4.9));
        watch.progress(step(2, 5.0));
        assertThatThrownBy(() -> watch.progress(step(3, 5.5))).isInstanceOf(LossWatch.BeyondException.class);
        assertThat(watch.diverged("").step()).isEqualTo(3);
        assertThat(watch.diverged("").reason()).isEqualTo("the loss of step 3 is 5.5 > diverged.loss-above = 5.0");
        assertThat(steps).containsExactly(1L, 2L, 3L);
    }

    /** What is no number is the run's own to end, with what becomes of its checkpoints. */
    @Test
    void theFirstLossThatIsNoNumberIsRemembered() {
        LossWatch watch = watch(Optional.of(5.0));
        watch.progress(step(1, 1));
        watch.progress(step(2, Double.NaN));
        watch.progress(step(3, Double.NaN));
        assertThat(watch.diverged("").step()).isEqualTo(2);
        assertThat(watch.diverged("").reason()).isEqualTo("the loss of step 2 is NaN");
    }

    @Test
    void withoutSuchALossTheReasonIsWhoeverSaysSo() {
        LossWatch watch = watch(Optional.empty());
        watch.progress(step(7, 1e30));
        assertThat(watch.diverged("the model is none").step()).isEqualTo(7);
        assertThat(watch.diverged("the model is none").reason()).isEqualTo("the model is none");
    }
}
