package convoy.driver.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.loop.MicroBatches;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SharesTest {
    @Test
    void equalWorkersGetEqualShares() {
        assertThat(Shares.cut(8, List.of(5.0, 5.0)))
                .containsExactly(Optional.of(new MicroBatches(0, 4)), Optional.of(new MicroBatches(4, 8)));
    }

    @Test
    void workersBeyondTheMicroBatchesGetNone() {
        assertThat(Shares.cut(1, List.of(1.0, 1.0)))
                .containsExactly(Optional.of(new MicroBatches(0, 1)), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sharesLieEndToEndAndNoOtherCutOfOneMicroBatchIsFaster(long seed) {
        Random random = new Random(seed);
        int workers = 1 + random.nextInt(6);
        int microBatches = workers + random.nextInt(40);
        List<Double> nanos = DoubleStream.generate(() -> 1 + 9 * random.nextDouble())
                .limit(workers)
                .boxed()
                .toList();
        List<Optional<MicroBatches>> shares = Shares.cut(microBatches, nanos);
        int end = 0;
        for (Optional<MicroBatches> share : shares) {
            assertThat(share.orElseThrow().begin()).isEqualTo(end);
            end = share.orElseThrow().end();
        }
        assertThat(end).isEqualTo(microBatches);
        double duration = Shares.duration(shares, nanos);
        for (int to = 0; to < workers; to++) {
            double withOneMore = (shares.get(to).orElseThrow().count() + 1) * nanos.get(to);
            assertThat(withOneMore)
                    .as("giving one more to worker %s cannot end sooner, seed %s", to, seed)
                    .isGreaterThanOrEqualTo(duration);
        }
    }
}
