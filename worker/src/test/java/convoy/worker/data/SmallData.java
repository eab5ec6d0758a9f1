package convoy.worker.data;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.DatasetInfo.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Small data sets for tests. */
final class SmallData {
    private SmallData() {}

    /** Random bytes as planes {@code [3, height, width]}. */
    static byte[] noise(long seed, int height, int width) {
        RandomStream random = RandomStream.of(seed, "noise");
        byte[] planes = new byte[3 * height * width];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) random.nextInt(256);
        }
        return planes;
    }

    /** A picture without sharp edges, which JPEG keeps well: red grows to the right, green down, blue is even. */
    static byte[] gradient(int height, int width) {
        byte[] planes = new byte[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                planes[y * width + x] = (byte) (255 * x / width);
                planes[height * width + y * width + x] = (byte) (200 * y / height);
                planes[2 * height * width + y * width + x] = (byte) 40;
            }
        }
        return planes;
    }

    /** A file of that format, {@code .jpg} or {@code .png}, of planes {@code [3, height, width]}. */
    static byte[] encode(String format, byte[] planes, int height, int width) {
        byte[] mixed = new byte[planes.length];
        int plane = height * width;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                mixed[3 * i + 2 - c] = planes[c * plane + i];
            }
        }
        return encode(format, opencv_core.CV_8UC3, mixed, height, width);
    }

    /** A file of one grey plane. */
    static byte[] encodeGrey(String format, byte[] plane, int height, int width) {
        return encode(format, opencv_core.CV_8UC1, plane, height, width);
    }

    private static byte[] encode(String format, int type, byte[] pixels, int height, int width) {
        try (BytePointer memory = new BytePointer(pixels);
                Mat picture = new Mat(height, width, type, memory);
                BytePointer file = new BytePointer()) {
            opencv_imgcodecs.imencode(format, picture, file);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }

    /** Raw rows of random bytes with label {@code id % classes}. */
    static List<ImageRow> rawRows(int rows, int classes, int height, int width) {
        return IntStream.range(0, rows)
                .mapToObj(i -> new ImageRow(i, noise(i, height, width), i % classes, height, width, 3))
                .toList();
    }

    static RowGroup rowGroup(List<ImageRow> rows) {
        int[] offsets = new int[rows.size() + 1];
        for (int i = 0; i < rows.size(); i++) {
            offsets[i + 1] = offsets[i] + rows.get(i).image().length;
        }
        byte[] bytes = new byte[offsets[rows.size()]];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(
                    rows.get(i).image(), 0, bytes, offsets[i], rows.get(i).image().length);
        }
        return new RowGroup(
                "test",
                rows.stream().mapToLong(ImageRow::id).toArray(),
                rows.stream().mapToInt(ImageRow::label).toArray(),
                rows.stream().mapToInt(ImageRow::height).toArray(),
                rows.stream().mapToInt(ImageRow::width).toArray(),
                rows.stream().mapToInt(ImageRow::channels).toArray(),
                offsets,
                bytes);
    }

    /** Writes rows into files of row groups of the given size, with a {@code dataset.json} last. */
    static void write(
            Path directory,
            List<ImageRow> rows,
            int rowsPerGroup,
            int groupsPerFile,
            Encoding encoding,
            int height,
            int width,
            int classes) {
        try {
            Files.createDirectories(directory);
            FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
            List<DatasetInfo.DataFile> written = new ArrayList<>();
            int next = 0;
            while (next < rows.size()) {
                String name = "part-" + written.size() + ".parquet";
                try (DataFileWriter writer = new DataFileWriter(
                        files,
                        new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()))) {
                    for (int g = 0; g < groupsPerFile && next < rows.size(); g++) {
                        int end = Math.min(rows.size(), next + rowsPerGroup);
                        writer.write(rows.subList(next, end));
                        next = end;
                    }
                    written.add(writer.finish());
                }
            }
            DatasetInfo info = DatasetInfo.of(
                    IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(),
                    List.of(0.5, 0.25, 0.125),
                    List.of(0.25, 0.5, 0.75),
                    encoding,
                    height,
                    width,
                    3,
                    written);
            Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A raw data set of 3 x 8 x 8 pictures of four classes. */
    static DataSet raw(Path directory, int rows, int rowsPerGroup) {
        write(directory, rawRows(rows, 4, 8, 8), rowsPerGroup, 3, Encoding.RAW, 8, 8, 4);
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }
}
