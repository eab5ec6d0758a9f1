package convoy.worker.data.batch;

import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Draws what a worker really feeds: the first images of an epoch in its order, out of the same pipeline, in a grid with their
 * classes. The normalization by mean and standard deviation is undone; an image that is normalized otherwise is stretched from
 * its least to its largest value.
 *
 * @param data where the images come from
 * @param transforms from picture to input
 * @param mixes of micro-batches
 * @param sampling of the rows
 * @param seed of the order of the rows
 * @param augmentation seed of what is random in transforms and mixtures
 * @param microBatches of a step
 * @param microBatch images of a micro-batch
 * @param epoch from 0
 * @param rows how many images; fewer if the epoch has fewer
 */
@RecordBuilder
public record Preview(
        DataSet data,
        Transforms transforms,
        List<Mix> mixes,
        Sampling sampling,
        long seed,
        long augmentation,
        int microBatches,
        int microBatch,
        long epoch,
        int rows)
        implements PreviewBuilder.With {
    private static final int MOST_ROWS = 1024;

    /** Small images are enlarged by a whole number to about so many pixels. */
    private static final int TILE = 128;

    private static final int MOST_WIDTH = 1150;
    private static final int LINE = 15;
    private static final int GAP = 6;
    private static final double FONT_SCALE = 0.38;

    public Preview {
        mixes = List.copyOf(mixes);
        if (rows < 1 || rows > MOST_ROWS) {
            throw new BadInputException("rows = " + rows + ", must lie in [1, " + MOST_ROWS + "]");
        }
        if (epoch < 0) {
            throw new BadInputException("epoch = " + epoch + ", must be at least 0; the first one is 0");
        }
    }

    /** An image as it is shown: bytes {@code [C, H, W]}, and its classes. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Shown(byte[] pixels, List<String> captions) {}

    /**
     * {@return the grid as a PNG file}
     *
     * @throws BadInputException if the transforms do not suit the data, or a row cannot be read
     * @throws InterruptedException if interrupted while waiting
     */
    public byte[] png() throws InterruptedException {
        List<Shown> shown = shown();
        Shape.Image shape = transforms.output(data.info());
        int enlarged = Math.max(1, Math.round((float) TILE / Math.max(shape.height(), shape.width())));
        int tileWidth = shape.width() * enlarged + GAP;
        // A mixture has a line for each of its classes.
        int tileHeight = shape.height() * enlarged + (mixes.isEmpty() ? LINE : 2 * LINE) + GAP;
        int columns = Math.max(1, Math.min(shown.size(), MOST_WIDTH / tileWidth));
        int width = columns * tileWidth + GAP;
        int height = (shown.size() + columns - 1) / columns * tileHeight + GAP;
        byte[] grid = new byte[Math.multiplyExact(3 * width, height)];
        Arrays.fill(grid, (byte) 255);
        for (int i = 0; i < shown.size(); i++) {
            int top = GAP + i / columns * tileHeight;
            int left = GAP + i % columns * tileWidth;
            place(shown.get(i).pixels(), shape, enlarged, grid, (top * width + left) * 3, width);
        }
        try (BytePointer memory = new BytePointer(grid);
                Mat picture = new Mat(height, width, opencv_core.CV_8UC3, memory);
                Scalar ink = new Scalar(0);
                BytePointer name = new BytePointer(".png");
                BytePointer file = new BytePointer()) {
            for (int i = 0; i < shown.size(); i++) {
                int left = GAP + i % columns * tileWidth;
                int baseline = GAP + i / columns * tileHeight + shape.height() * enlarged + LINE - 4;
                for (String caption : shown.get(i).captions()) {
                    write(picture, fitting(caption, tileWidth - GAP), left, baseline, ink);
                    baseline += LINE;
                }
            }
            opencv_imgcodecs.imencode(name, picture, file);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }

    private static void write(Mat picture, String text, int left, int baseline, Scalar ink) {
        try (Point at = new Point(left, baseline)) {
            opencv_imgproc.putText(
                    picture,
                    text,
                    at,
                    opencv_imgproc.FONT_HERSHEY_SIMPLEX,
                    FONT_SCALE,
                    ink,
                    1,
                    opencv_imgproc.LINE_AA,
                    false);
        }
    }

    private List<Shown> shown() throws InterruptedException {
        DatasetInfo info = data.info();
        Optional<RowLabels> labels = sampling == Sampling.BALANCED ? Optional.of(data.labels()) : Optional.empty();
        labels.ifPresent(data::requireAllClasses);
        EpochOrder order = new ClassBalance(sampling, List.of(), labels).order(data, seed, microBatches, microBatch);
        Optional<Normalize> figures =
                transforms.normalizedBy(info.mean(), info.std()).normalize();
        List<Shown> shown = new ArrayList<>();
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                order,
                transforms,
                new Finish(mixes, Optional.empty()),
                augmentation,
                PipelineOptions.defaults())) {
            long first = epoch * order.stepsPerEpoch();
            for (long step = first; step < first + order.stepsPerEpoch() && shown.size() < rows; step++) {
                for (int m = 0; m < microBatches && shown.size() < rows; m++) {
                    Batch batch = pipeline.take(step, m);
                    for (int n = 0; n < batch.examples() && shown.size() < rows; n++) {
                        shown.add(new Shown(pixels(batch, n, figures, info.channels()), captions(batch, n)));
                    }
                }
            }
        }
        return shown;
    }

    private static byte[] pixels(Batch batch, int example, Optional<Normalize> figures, int channels) {
        int size = batch.images().length / batch.examples();
        float[] values = Arrays.copyOfRange(batch.images(), example * size, (example + 1) * size);
        float least = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
            largest = Math.max(largest, value);
        }
        byte[] pixels = new byte[size];
        for (int i = 0; i < size; i++) {
            double light;
            if (figures.isPresent()) {
                int channel = i / (size / channels);
                light = values[i] * figures.get().std().get(channel)
                        + figures.get().mean().get(channel);
            } else {
                light = largest > least ? (values[i] - least) / (largest - least) : 0.5;
            }
            pixels[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, light)));
        }
        return pixels;
    }

    private List<String> captions(Batch batch, int example) {
        List<String> names = data.info().classes();
        if (batch.sets().isPresent()) {
            List<Integer> shown = batch.sets().get().sets().get(batch.labels()[example]);
            return List.of(shown.stream().map(names::get).collect(Collectors.joining(", ")));
        }
        String own = names.get(batch.labels()[example]);
        if (batch.mixture().isEmpty()) {
            return List.of(own);
        }
        float share = batch.mixture().get().shares()[example];
        String other = names.get(batch.mixture().get().labels()[example]);
        return List.of(
                String.format(Locale.ROOT, "%.2f %s", 1 - share, own),
                String.format(Locale.ROOT, "%.2f %s", share, other));
    }

    /** Enlarges an image into the grid of blue, green, red. */
    private static void place(byte[] pixels, Shape.Image shape, int enlarged, byte[] grid, int at, int gridWidth) {
        int plane = shape.height() * shape.width();
        for (int y = 0; y < shape.height() * enlarged; y++) {
            for (int x = 0; x < shape.width() * enlarged; x++) {
                int from = y / enlarged * shape.width() + x / enlarged;
                int to = at + (y * gridWidth + x) * 3;
                for (int c = 0; c < 3; c++) {
                    grid[to + 2 - c] = pixels[shape.channels() == 3 ? c * plane + from : from];
                }
            }
        }
    }

    /** As much of a text as there is room for. The font knows no letters beyond ASCII. */
    private static String fitting(String text, int width) {
        String printable = text.replaceAll("[^ -~]", "?");
        for (int length = printable.length(); length > 0; length--) {
            String shorter = length == printable.length() ? printable : printable.substring(0, length) + "..";
            try (Size size = opencv_imgproc.getTextSize(
                    shorter, opencv_imgproc.FONT_HERSHEY_SIMPLEX, FONT_SCALE, 1, new int[1])) {
                if (size.width() <= width) {
                    return shorter;
                }
            }
        }
        return "";
    }
}
