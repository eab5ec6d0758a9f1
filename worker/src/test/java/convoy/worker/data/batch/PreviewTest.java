package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Transforms;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PreviewTest {
    private static final int SIDE = 8;

    /** 8 pixels sixteen times as large, a gap of 6, and 15 for the class. */
    private static final int TILE_WIDTH = SIDE * 16 + 6;

    private static final int TILE_HEIGHT = SIDE * 16 + 15 + 6;

    private final DataSet data;

    /** Ten pictures, each of one colour: red 20 times its number, green 100, blue 7, the lower half without blue. */
    PreviewTest(@TempDir Path directory) {
        List<ImageRow> rows = new ArrayList<>();
        for (int id = 0; id < 10; id++) {
            byte[] planes = new byte[3 * SIDE * SIDE];
            for (int i = 0; i < SIDE * SIDE; i++) {
                planes[i] = (byte) (20 * id);
                planes[SIDE * SIDE + i] = 100;
                planes[2 * SIDE * SIDE + i] = (byte) (i < SIDE * SIDE / 2 ? 7 : 0);
            }
            rows.add(new ImageRow(id, planes, id % 4, SIDE, SIDE, 3));
        }
        SmallData.write(directory, rows, 5, 2, Encoding.RAW, SIDE, SIDE, 4);
        data = DataSet.open(new Configuration(), directory.toUri().toString());
    }

    private BufferedImage drawn(Transforms transforms, List<Mix> mixes, int rows) throws Exception {
        byte[] png = PreviewBuilder.builder()
                .data(data)
                .transforms(transforms)
                .mixes(mixes)
                .sampling(Sampling.SHUFFLED)
                .seed(3)
                .augmentation(3)
                .microBatches(2)
                .microBatch(3)
                .epoch(1)
                .rows(rows)
                .build()
                .png();
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static int[] colour(BufferedImage image, int tile, int y, int x) {
        int columns = 8;
        int rgb = image.getRGB(
                6 + tile % columns * TILE_WIDTH + x * 16 + 8, 6 + tile / columns * TILE_HEIGHT + y * 16 + 8);
        return new int[] {rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF};
    }

    /** Every row of the epoch once, in the order in which the pipeline feeds them, with its colours back. */
    @Test
    void theGridShowsWhatIsFed() throws Exception {
        Transforms transforms = Transforms.of(new Flip(0.5));
        BufferedImage image = drawn(transforms, List.of(), 100);
        assertThat(image.getWidth()).isEqualTo(8 * TILE_WIDTH + 6);
        assertThat(image.getHeight()).isEqualTo(2 * TILE_HEIGHT + 6);
        List<Integer> reds = new ArrayList<>();
        EpochOrder order = data.order(3, 2, 3);
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                order,
                transforms,
                3,
                PipelineOptions.defaults()
                        .with()
                        .threads(1)
                        .queue(1)
                        .cacheMegabytes(16)
                        .build())) {
            for (long step = order.stepsPerEpoch(); step < 2L * order.stepsPerEpoch(); step++) {
                for (int m = 0; m < 2; m++) {
                    Batch batch = pipeline.take(step, m);
                    for (int n = 0; n < batch.examples(); n++) {
                        reds.add(Math.round(255 * (batch.images()[n * 192] * 0.25f + 0.5f)));
                    }
                }
            }
        }
        assertThat(reds).hasSize(10);
        for (int tile = 0; tile < 10; tile++) {
            assertThat(colour(image, tile, 0, 0)).containsExactly(reds.get(tile), 100, 7);
            assertThat(colour(image, tile, 7, 7)).containsExactly(reds.get(tile), 100, 0);
        }
        assertThat(reds.stream().sorted()).containsExactly(0, 20, 40, 60, 80, 100, 120, 140, 160, 180);
    }

    /** Below each picture there is something written, in black on white; two lines of a mixture. */
    @Test
    void classesAreWrittenBelow() throws Exception {
        BufferedImage image = drawn(Transforms.of(), List.of(Mix.Mixup.defaults()), 3);
        assertThat(image.getWidth()).isEqualTo(3 * TILE_WIDTH + 6);
        for (int tile = 0; tile < 3; tile++) {
            int dark = 0;
            for (int y = SIDE * 16 + 7 + 15; y < TILE_HEIGHT + 15; y++) {
                for (int x = 0; x < SIDE * 16; x++) {
                    dark += (image.getRGB(6 + tile * TILE_WIDTH + x, y) & 0xFF) < 128 ? 1 : 0;
                }
            }
            assertThat(dark).isBetween(50, 600);
        }
    }

    @Test
    void imagesThatAreNormalizedOtherwiseAreStretched() throws Exception {
        BufferedImage image = drawn(Transforms.of(GlobalContrastNormalization.defaults()), List.of(), 10);
        for (int tile = 0; tile < 10; tile++) {
            assertThat(colour(image, tile, 7, 7)[2]).isZero();
            int[] top = colour(image, tile, 0, 0);
            assertThat(Math.max(top[0], top[1])).isEqualTo(255);
        }
    }

    @Test
    void whatCannotBeDrawnIsRefused() throws IOException {
        assertThatThrownBy(() -> PreviewBuilder.builder()
                        .data(data)
                        .transforms(Transforms.of())
                        .mixes(List.of())
                        .sampling(Sampling.SHUFFLED)
                        .seed(1)
                        .augmentation(1)
                        .microBatches(1)
                        .microBatch(1)
                        .epoch(0)
                        .rows(0)
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessage("rows = 0, must lie in [1, 1024]");
        assertThatThrownBy(() -> PreviewBuilder.builder()
                        .data(data)
                        .transforms(Transforms.of())
                        .mixes(List.of())
                        .sampling(Sampling.SHUFFLED)
                        .seed(1)
                        .augmentation(1)
                        .microBatches(1)
                        .microBatch(1)
                        .epoch(-1)
                        .rows(8)
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessage("epoch = -1, must be at least 0; the first one is 0");
    }

    /** Three, three, two and two pictures of four classes; in an epoch of ten two or three draws of each. */
    @Test
    void theGridShowsWhatIsDrawnEvenly() throws Exception {
        int[] seen = new int[4];
        for (int epoch = 0; epoch < 2; epoch++) {
            byte[] png = PreviewBuilder.builder()
                    .data(data)
                    .transforms(Transforms.of())
                    .mixes(List.of())
                    .sampling(Sampling.BALANCED)
                    .seed(3)
                    .augmentation(3)
                    .microBatches(2)
                    .microBatch(3)
                    .epoch(epoch)
                    .rows(10)
                    .build()
                    .png();
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
            for (int tile = 0; tile < 10; tile++) {
                seen[Math.round(colour(image, tile, 0, 0)[0] / 20f) % 4]++;
            }
        }
        assertThat(seen).containsOnly(5);
    }
}
