package convoy.worker.data.drawn;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.DataFileWriter;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Transforms;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Measures how fast cores turn stored rows into batches of floats. */
public final class DataBenchmark {
    private static final int MICRO_BATCH = 32;

    /** Different ones; drawing them takes longer than reading them. */
    private static final int PICTURES = 40;

    /** Batches made ready ahead by each thread. */
    private static final int AHEAD = 2;

    private DataBenchmark() {}

    /**
     * Draws raw 32 x 32 pictures, reads them in the order of epochs and pads, crops, flips and normalizes them, with one
     * thread.
     *
     * @param hadoop how to reach the file system
     * @param directory where the data set may be written, removed afterwards
     * @param seconds how long to measure
     * @return rows a second
     */
    public static double rawRowsPerSecond(Configuration hadoop, String directory, double seconds) {
        List<byte[]> pictures = IntStream.range(0, PICTURES)
                .mapToObj(i -> photograph(i, 32, 32))
                .toList();
        List<ImageRow> rows = IntStream.range(0, 20_000)
                .mapToObj(i -> new ImageRow(i, pictures.get(i % PICTURES), i % 10, 32, 32, 3))
                .toList();
        return measure(
                hadoop,
                directory,
                rows,
                400,
                Encoding.RAW,
                Transforms.of(PadCrop.defaults(), Flip.defaults()),
                seconds,
                1);
    }

    /**
     * Draws JPEG files of 500 x 375 pixels and about 110 KB, decodes them and makes random crops of 224 x 224 of them,
     * flipped and normalized, with one thread.
     *
     * @param hadoop how to reach the file system
     * @param directory where the data set may be written, removed afterwards
     * @param seconds how long to measure
     * @return images a second
     */
    public static double jpegImagesPerSecond(Configuration hadoop, String directory, double seconds) {
        return jpegImagesPerSecond(hadoop, directory, seconds, 1);
    }

    /**
     * The same with several threads.
     *
     * @param hadoop how to reach the file system
     * @param directory where the data set may be written, removed afterwards
     * @param seconds how long to measure
     * @param threads 1 or more
     * @return images a second of all of them
     */
    public static double jpegImagesPerSecond(Configuration hadoop, String directory, double seconds, int threads) {
        List<byte[]> files = files();
        List<ImageRow> rows = IntStream.range(0, 200)
                .mapToObj(i -> new ImageRow(i, files.get(i % PICTURES), i % 10, 375, 500, 3))
                .toList();
        return measure(
                hadoop,
                directory,
                rows,
                20,
                Encoding.ENCODED,
                Transforms.of(RandomResizedCrop.defaults(), Flip.defaults()),
                seconds,
                threads);
    }

    /**
     * Decodes the same JPEG files whole and does nothing else with them, with one thread: what libjpeg-turbo alone reaches.
     *
     * @param seconds how long to measure, after a warm-up of the same length
     * @return images a second
     */
    public static double jpegDecodesPerSecond(double seconds) {
        List<byte[]> files = files();
        try (ImageDecoder decoder = new ImageDecoder()) {
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long images = 0;
                long start = System.nanoTime();
                double elapsed = 0;
                while (elapsed < seconds) {
                    byte[] file = files.get((int) (images++ % PICTURES));
                    decoder.decode(file, 0, file.length, 3);
                    elapsed = (System.nanoTime() - start) / 1e9;
                }
                rate = images / elapsed;
            }
            return rate;
        } catch (UndecodableException e) {
            throw new IllegalStateException("what was encoded here cannot be decoded", e);
        }
    }

    private static List<byte[]> files() {
        return Files.DRAWN;
    }

    /** Drawn once, when they are first asked for. */
    private static final class Files {
        static final List<byte[]> DRAWN = IntStream.range(0, PICTURES)
                .mapToObj(i -> jpeg(photograph(i, 375, 500), 375, 500))
                .toList();
    }

    /** Rows a second in the order of a data set's epochs; it is read as long again before, to warm up. */
    private static double rowsPerSecond(DataSet data, Transforms transforms, double seconds, int threads) {
        EpochOrder order = data.order(1, 1, MICRO_BATCH);
        int ahead = AHEAD * threads;
        PipelineOptions options =
                PipelineOptions.defaults().with().threads(threads).queue(ahead).build();
        try (BatchPipeline pipeline = new BatchPipeline(data, order, transforms, 1, options)) {
            long step = 0;
            double rate = 0;
            for (int round = 0; round < 2; round++) {
                long rows = 0;
                long start = System.nanoTime();
                double elapsed = 0;
                while (elapsed < seconds) {
                    // Where one thread is measured nothing is expected, so it is made by the thread that takes it: one
                    // core's work.
                    for (long next = step; threads > 1 && next <= step + ahead; next++) {
                        pipeline.expect(next, 0);
                    }
                    rows += pipeline.take(step++, 0).examples();
                    elapsed = (System.nanoTime() - start) / 1e9;
                }
                rate = rows / elapsed;
            }
            return rate;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    private static double measure(
            Configuration hadoop,
            String directory,
            List<ImageRow> rows,
            int rowsPerGroup,
            Encoding encoding,
            Transforms transforms,
            double seconds,
            int threads) {
        Path path = Storage.path("directory", directory);
        FileSystem files = Storage.of(hadoop, "directory", path);
        try {
            try {
                write(files, path, rows, rowsPerGroup, encoding);
                return rowsPerSecond(DataSet.open(hadoop, directory), transforms, seconds, threads);
            } finally {
                files.delete(path, true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }

    private static void write(FileSystem files, Path path, List<ImageRow> rows, int rowsPerGroup, Encoding encoding)
            throws IOException {
        files.mkdirs(path);
        DatasetInfo.DataFile file;
        try (DataFileWriter writer = new DataFileWriter(files, new Path(path, "part.parquet"))) {
            for (int i = 0; i < rows.size(); i += rowsPerGroup) {
                writer.write(rows.subList(i, Math.min(rows.size(), i + rowsPerGroup)));
            }
            file = writer.finish();
        }
        List<Double> half = List.of(0.5, 0.5, 0.5);
        List<String> classes =
                IntStream.range(0, 10).mapToObj(Integer::toString).toList();
        ImageRow first = rows.get(0);
        DatasetInfo info =
                DatasetInfo.of(classes, half, half, encoding, first.height(), first.width(), 3, List.of(file));
        try (FSDataOutputStream out = files.create(new Path(path, DatasetInfo.FILE_NAME))) {
            out.write(info.toJson().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Planes {@code [3, height, width]} with as much detail at every size as photographs have. */
    private static byte[] photograph(long seed, int height, int width) {
        RandomStream random = RandomStream.of(seed, "photograph");
        float[] light = new float[3 * height * width];
        int plane = height * width;
        for (int cell = 128; cell >= 1; cell /= 2) {
            int columns = width / cell + 2;
            int lines = height / cell + 2;
            float[] grid = new float[3 * columns * lines];
            for (int i = 0; i < grid.length; i++) {
                grid[i] = (random.nextFloat() - 0.5f) * (float) Math.pow(cell, 0.6) * 14;
            }
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int at = (c * lines + y / cell) * columns + x / cell;
                        float right = (float) (x % cell) / cell;
                        float down = (float) (y % cell) / cell;
                        float above = grid[at] + right * (grid[at + 1] - grid[at]);
                        float below = grid[at + columns] + right * (grid[at + columns + 1] - grid[at + columns]);
                        light[c * plane + y * width + x] += above + down * (below - above);
                    }
                }
            }
        }
        byte[] planes = new byte[light.length];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) Math.max(0, Math.min(255, (int) (128 + light[i])));
        }
        return planes;
    }

    private static byte[] jpeg(byte[] planes, int height, int width) {
        byte[] mixed = new byte[planes.length];
        int plane = height * width;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                mixed[3 * i + 2 - c] = planes[c * plane + i];
            }
        }
        try (BytePointer memory = new BytePointer(mixed);
                Mat picture = new Mat(height, width, opencv_core.CV_8UC3, memory);
                IntPointer settings = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, 92);
                BytePointer name = new BytePointer(".jpg");
                BytePointer file = new BytePointer()) {
            opencv_imgcodecs.imencode(name, picture, file, settings);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }
}
