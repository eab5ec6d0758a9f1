package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.SmallDataSet;
import convoy.worker.data.batch.Batch.Mixture;
import convoy.worker.data.batch.Mix.Cutmix;
import convoy.worker.data.batch.Mix.Mixup;
import convoy.worker.data.transform.Transforms;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MixTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 10;

    /** Three examples of two channels; every value of example n is n, and so is its label. */
    private static Batch batch() {
        int size = 2 * HEIGHT * WIDTH;
        float[] images = new float[3 * size];
        for (int n = 0; n < 3; n++) {
            Arrays.fill(images, n * size, (n + 1) * size, n);
        }
        return new Batch(3, images, new int[] {0, 1, 2});
    }

    private static RandomStream stream(long draw) {
        return RandomStream.of(1, "mix", draw, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mixupAddsEachPictureAndTheOneBefore(long draw) {
        Batch mixed = new Mixup(1, 1).apply(batch(), HEIGHT, WIDTH, stream(draw));
        Mixture mixture = mixed.mixture().orElseThrow();
        float share = mixture.shares()[0];
        assertThat(share).isEqualTo(1 - (float) Mix.beta(1, stream(draw)));
        assertThat(mixture.shares()).containsOnly(share);
        assertThat(mixed.labels()).containsExactly(0, 1, 2);
        assertThat(mixture.labels()).containsExactly(2, 0, 1);
        int size = 2 * HEIGHT * WIDTH;
        for (int i = 0; i < 3 * size; i++) {
            int n = i / size;
            assertThat(mixed.images()[i]).isCloseTo((1 - share) * n + share * mixture.labels()[n], within(1e-6f));
        }
    }

    /** The pasted pixels are a rectangle, the same in all channels, and their number is the share. */
    @Test
    void cutmixPastesARectangleAndCountsItsPixels() {
        double shares = 0;
        int draws = 3000;
        for (int draw = 0; draw < draws; draw++) {
            Batch mixed = Cutmix.defaults().apply(batch(), HEIGHT, WIDTH, stream(draw));
            Mixture mixture = mixed.mixture().orElseThrow();
            int plane = HEIGHT * WIDTH;
            for (int n = 0; n < 3; n++) {
                float[] first = Arrays.copyOfRange(mixed.images(), 2 * n * plane, (2 * n + 1) * plane);
                assertThat(Arrays.copyOfRange(mixed.images(), (2 * n + 1) * plane, (2 * n + 2) * plane))
                        .isEqualTo(first);
                int pasted = 0;
                int top = HEIGHT;
                int bottom = 0;
                int left = WIDTH;
                int right = 0;
                for (int i = 0; i < plane; i++) {
                    if (first[i] == mixture.labels()[n]) {
                        pasted++;
                        top = Math.min(top, i / WIDTH);
                        bottom = Math.max(bottom, i / WIDTH + 1);
                        left = Math.min(left, i % WIDTH);
                        right = Math.max(right, i % WIDTH + 1);
                    } else {
                        assertThat(first[i]).isEqualTo(n);
                    }
                }
                assertThat(pasted).isEqualTo(Math.max(0, bottom - top) * Math.max(0, right - left));
                assertThat(mixture.shares()[n]).isEqualTo((float) ((double) pasted / plane));
            }
            shares += mixture.shares()[0];
        }
        // A simulation of torchvision's rule on 6 x 10 pixels gives 0.2208.
        assertThat(shares / draws).isCloseTo(0.2208, within(0.015));
    }

    /** Mean 1/2 and variance 1 / (4 (2 alpha + 1)), also where the gamma draws are too small for a double. */
    @ParameterizedTest
    @CsvSource({"0.01", "0.2", "1", "4"})
    void sharesAreBeta(double alpha) {
        int draws = 20_000;
        RandomStream random = stream(7);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < draws; i++) {
            double draw = Mix.beta(alpha, random);
            assertThat(draw).isBetween(0.0, 1.0);
            sum += draw;
            squares += (draw - 0.5) * (draw - 0.5);
        }
        assertThat(sum / draws).isCloseTo(0.5, within(0.01));
        assertThat(squares / draws * 4 * (2 * alpha + 1)).isCloseTo(1, within(0.03));
    }

    /** The same mixtures for any number of threads; rows and labels are those of the batch without. */
    @Test
    void mixturesAreAFunctionOfSeedStepAndMicroBatch(@TempDir Path directory) throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 90, 8);
        List<Mix> mixes = List.of(new Mixup(0.2, 0.8), new Cutmix(1, 0.8));
        Batch[] plain = batches(data, List.of(), 1);
        Batch[] one = batches(data, mixes, 1);
        Batch[] three = batches(data, mixes, 3);
        int unmixed = 0;
        for (int i = 0; i < plain.length; i++) {
            assertThat(plain[i].mixture()).isEmpty();
            assertThat(one[i].labels()).isEqualTo(plain[i].labels());
            assertThat(three[i].images()).isEqualTo(one[i].images());
            assertThat(three[i].mixture().isPresent())
                    .isEqualTo(one[i].mixture().isPresent());
            if (one[i].mixture().isPresent()) {
                Mixture mixture = one[i].mixture().get();
                assertThat(three[i].mixture().orElseThrow().shares()).isEqualTo(mixture.shares());
                assertThat(three[i].mixture().orElseThrow().labels()).isEqualTo(mixture.labels());
            } else {
                assertThat(one[i].images()).isEqualTo(plain[i].images());
                unmixed++;
            }
        }
        assertThat(unmixed).isBetween(1, plain.length / 2);
    }

    private static Batch[] batches(DataSet data, List<Mix> mixes, int threads) throws InterruptedException {
        Batch[] batches = new Batch[30];
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                data.order(3, 2, 6),
                Transforms.of(),
                new Finish(mixes, Optional.empty()),
                3,
                PipelineOptions.defaults()
                        .with()
                        .threads(threads)
                        .queue(8)
                        .cacheMegabytes(16)
                        .build())) {
            for (int i = 0; i < batches.length; i++) {
                pipeline.expect(i / 2, i % 2);
            }
            for (int i = 0; i < batches.length; i++) {
                batches[i] = pipeline.take(i / 2, i % 2);
            }
        }
        return batches;
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action).isInstanceOf(BadInputException.class).hasMessageContaining(message);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertRefused(() -> new Mixup(0, 1), "mixup: alpha = 0.0, must be above 0; leave mixup out not to mix");
        assertRefused(() -> new Mixup(Double.NaN, 1), "mixup: alpha = NaN");
        assertRefused(() -> new Cutmix(1, 1.1), "cutmix: probability = 1.1, must lie in [0, 1]");
        assertRefused(() -> new Cutmix(Double.POSITIVE_INFINITY, 1), "cutmix: alpha = Infinity");
    }
}
