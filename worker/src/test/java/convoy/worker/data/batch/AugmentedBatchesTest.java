package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.data.DataSet;
import convoy.worker.data.SmallDataSet;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.transform.AutoAugment.RandAugment;
import convoy.worker.data.transform.AutoAugment.TrivialAugment;
import convoy.worker.data.transform.ColorJitter;
import convoy.worker.data.transform.Filter.GaussianBlur;
import convoy.worker.data.transform.Filter.RandomSharpness;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GaussianNoise;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.RandomAffine;
import convoy.worker.data.transform.RandomCrop;
import convoy.worker.data.transform.RandomErasing;
import convoy.worker.data.transform.RandomErasing.Fill;
import convoy.worker.data.transform.RandomGrayscale;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transforms;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AugmentedBatchesTest {
    /** The batch of a micro-batch is the same for any number of threads, another in another epoch, and its values are sound. */
    @Test
    void everyStepTogetherIsAFunctionOfSeedEpochAndRow(@TempDir Path directory) throws InterruptedException {
        Transforms all = Transforms.of(
                new Resize(9),
                new PadCrop(2),
                RandomAffine.defaults(),
                ColorJitter.defaults(),
                new RandomGrayscale(0.3),
                new Flip(0.5),
                new GaussianNoise(0.02),
                GaussianBlur.defaults(),
                RandomSharpness.defaults(),
                RandAugment.defaults(),
                new TrivialAugment(),
                new Flip(0.5, Flip.Direction.VERTICAL),
                new RandomCrop(8),
                Normalize.defaults(),
                new RandomErasing(0.7, 0.02, 0.33, 0.3, 3.3, Fill.NOISE));
        DataSet data = SmallDataSet.raw(directory, 60, 8);
        float[][] first = images(data, all, 1);
        float[][] second = images(data, all, 3);
        for (int i = 0; i < first.length; i++) {
            assertThat(second[i]).isEqualTo(first[i]);
            for (float value : first[i]) {
                assertThat(value).isBetween(-7f, 7f);
            }
        }
        double[] epochs = new double[2];
        for (int i = 0; i < first.length; i++) {
            int epoch = i < first.length / 2 ? 0 : 1;
            for (float value : first[i]) {
                epochs[epoch] += value;
            }
        }
        // The same rows in both, augmented otherwise.
        assertThat(epochs[0]).isNotEqualTo(epochs[1]);
    }

    /** Two epochs. */
    private static float[][] images(DataSet data, Transforms transforms, int threads) throws InterruptedException {
        EpochOrder order = data.order(3, 2, 6);
        int steps = 2 * order.stepsPerEpoch();
        float[][] images = new float[2 * steps][];
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                order,
                transforms,
                3,
                PipelineOptions.defaults()
                        .with()
                        .threads(threads)
                        .queue(8)
                        .cacheMegabytes(16)
                        .build())) {
            for (int step = 0; step < steps; step++) {
                pipeline.expect(step, 0);
                pipeline.expect(step, 1);
            }
            for (int i = 0; i < images.length; i++) {
                images[i] = pipeline.take(i / 2, i % 2).images();
            }
        }
        return images;
    }
}
