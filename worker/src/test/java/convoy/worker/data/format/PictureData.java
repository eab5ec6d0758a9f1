package convoy.worker.data.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Data sets of picture files, some of which cannot be decoded. */
public final class PictureData {
    /** A picture of so many pixels a side claims 2^30 of them, which is 3 GiB. */
    public static final int HUGE = 1 << 15;

    private PictureData() {}

    /** Writes rows of one size that {@link #encoded} made; returns the directory's URI. */
    public static String write(Path directory, int classes, List<ImageRow> rows, int perGroup) throws IOException {
        Files.createDirectories(directory);
        FileSystem files = FileSystem.getLocal(new Configuration()).getRaw();
        DatasetInfo.DataFile written;
        try (DataFileWriter writer = new DataFileWriter(
                files,
                new org.apache.hadoop.fs.Path(
                        directory.resolve("part-0.parquet").toUri()))) {
            for (int i = 0; i < rows.size(); i += perGroup) {
                writer.write(rows.subList(i, Math.min(rows.size(), i + perGroup)));
            }
            written = writer.finish();
        }
        List<String> names = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            names.add("class " + label);
        }
        DatasetInfo info = DatasetInfo.of(
                names,
                Collections.nCopies(3, 0.5),
                Collections.nCopies(3, 0.25),
                DatasetInfo.Encoding.ENCODED,
                rows.get(0).height(),
                rows.get(0).width(),
                3,
                List.of(written));
        Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), info.toJson());
        return directory.toUri().toString();
    }

    /** A row of planes as a PNG file, which for some ids is cut off, or says that it has {@link #HUGE} sides. */
    public static ImageRow encoded(ImageRow row, Set<Long> cutOff, Set<Long> huge) {
        if (huge.contains(row.id())) {
            return new ImageRow(row.id(), png(HUGE, HUGE, new byte[3 * 64]), row.label(), row.height(), row.width(), 3);
        }
        int pixels = row.height() * row.width();
        byte[] lines = new byte[row.height() * (1 + 3 * row.width())];
        for (int y = 0, at = 0; y < row.height(); y++) {
            // Of the line's filter: none.
            at++;
            for (int x = 0; x < row.width(); x++) {
                for (int c = 0; c < 3; c++) {
                    lines[at++] = row.image()[c * pixels + y * row.width() + x];
                }
            }
        }
        byte[] file = png(row.height(), row.width(), lines);
        byte[] stored = cutOff.contains(row.id()) ? Arrays.copyOf(file, file.length / 2) : file;
        return new ImageRow(row.id(), stored, row.label(), row.height(), row.width(), 3);
    }

    private static byte[] png(int height, int width, byte[] lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("\u0089PNG\r\n\u001A\n".getBytes(StandardCharsets.ISO_8859_1));
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        chunk(out, "IHDR", header);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(lines);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        chunk(out, "IDAT", packed.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] content) {
        byte[] named = ByteBuffer.allocate(4 + content.length)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
        CRC32 sum = new CRC32();
        sum.update(named);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(named);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
