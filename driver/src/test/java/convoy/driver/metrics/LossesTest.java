package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LossesTest {
    @Test
    void aVersionIsSoundOnceItsLossIsKnownToBeANumber() {
        Losses losses = new Losses(10);
        assertThat(losses.isSound(9)).isTrue();
        assertThat(losses.isSound(10)).isFalse();
        losses.add(10, true);
        assertThat(losses.isSound(10)).isTrue();
        losses.add(11, false);
        assertThat(losses.isSound(11)).isFalse();
        assertThat(losses.newestSound(List.of(5L, 10L, 11L, 12L))).hasValue(10);
        assertThat(losses.newestSound(List.of(11L))).isEmpty();
    }

    @Test
    void itAgreesWithASetOfSteps() {
        Random random = new Random(1);
        for (int trial = 0; trial < 200; trial++) {
            Losses losses = new Losses(0);
            Set<Long> none = new HashSet<>();
            long steps = 1L + random.nextInt(60);
            for (long step = 0; step < steps; step++) {
                boolean number = random.nextInt(3) > 0;
                losses.add(step, number);
                if (!number) {
                    none.add(step);
                }
            }
            assertThat(LongStream.range(0, steps + 5).filter(losses::isSound))
                    .containsExactly(LongStream.range(0, steps)
                            .filter(step -> !none.contains(step))
                            .boxed()
                            .toArray(Long[]::new));
        }
    }
}
