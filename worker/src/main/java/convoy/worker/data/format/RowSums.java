package convoy.worker.data.format;

import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A checksum of every row of a data set, in the order of the rows, by which a row that was changed is found. It is no part of what the data
 * set is: without it only the file is known.
 *
 * <pre>
 *   0        "convoyR1"
 *   8        SHA-256 of the SHA-256 of all data files, in hexadecimal, a line each
 *   40       rows x CRC-32C of: id (long), label, height, width, channels (int), image
 *   40 + 4N  CRC-32C of all before
 * </pre>
 *
 * <p>Numbers have their lowest byte first.
 */
public final class RowSums {
    /** Its name in the data set's directory. */
    public static final String FILE_NAME = "rows.crc32c";

    private static final byte[] MAGIC = "convoyR1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST = 32;
    private static final int HEADER = 8 + DIGEST;
    private static final int ROW_HEADER = Long.BYTES + 4 * Integer.BYTES;

    private final int[] sums;

    private RowSums(int[] sums) {
        this.sums = sums;
    }

    /**
     * {@return those of all rows}
     *
     * @param sums in the order of the rows
     */
    public static RowSums of(int[] sums) {
        return new RowSums(sums.clone());
    }

    static int of(ImageRow row) {
        CRC32C sum = begun(row.id(), row.label(), row.height(), row.width(), row.channels());
        sum.update(row.image());
        return (int) sum.getValue();
    }

    /**
     * {@return the checksum of a row}
     *
     * @param group that it is in
     * @param row from 0
     */
    public static int of(RowGroup group, int row) {
        CRC32C sum = begun(
                group.ids()[row],
                group.labels()[row],
                group.heights()[row],
                group.widths()[row],
                group.channels()[row]);
        int from = group.offsets()[row];
        sum.update(group.bytes(), from, group.offsets()[row + 1] - from);
        return (int) sum.getValue();
    }

    private static CRC32C begun(long id, int label, int height, int width, int channels) {
        CRC32C sum = new CRC32C();
        sum.update(ByteBuffer.allocate(ROW_HEADER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(id)
                .putInt(label)
                .putInt(height)
                .putInt(width)
                .putInt(channels)
                .flip());
        return sum;
    }

    /** {@return of how many rows} */
    public int rows() {
        return sums.length;
    }

    /**
     * {@return the checksum of a row}
     *
     * @param row its place in the data set, from 0
     */
    public int at(int row) {
        return sums[row];
    }

    /**
     * {@return the bytes of the file}
     *
     * @param info of the data set whose rows they are
     */
    public byte[] bytes(DatasetInfo info) {
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER + Integer.BYTES * (sums.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put(digest(info));
        for (int sum : sums) {
            bytes.putInt(sum);
        }
        bytes.putInt(whole(bytes.array()));
        return bytes.array();
    }

    private static byte[] digest(DatasetInfo info) {
        String files =
                info.files().stream().map(DatasetInfo.DataFile::sha256).collect(Collectors.joining("\n", "", "\n"));
        return Sha256.begin().digest(files.getBytes(StandardCharsets.UTF_8));
    }

    private static int whole(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) sum.getValue();
    }

    /**
     * Reads a file of them.
     *
     * @param hadoop how to reach it
     * @param path of the file
     * @param info of the data set that they should be of
     * @return empty if there is none, or it is damaged or of another data set
     */
    public static Optional<RowSums> read(Configuration hadoop, Path path, DatasetInfo info) {
        FileSystem files = Storage.of(hadoop, "data set", path);
        long length = HEADER + Integer.BYTES * (info.rows() + 1);
        if (length >= Integer.MAX_VALUE) {
            return Optional.empty();
        }
        try (InputStream in = files.open(path)) {
            return parse(in.readNBytes((int) length + 1), (int) length, info);
        } catch (FileNotFoundException none) {
            return Optional.empty();
        } catch (IOException failure) {
            throw Storage.explained(files, "data set", path, failure);
        }
    }

    private static Optional<RowSums> parse(byte[] bytes, int length, DatasetInfo info) {
        if (bytes.length != length) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean fits = Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && Arrays.equals(bytes, MAGIC.length, HEADER, digest(info), 0, DIGEST)
                && in.getInt(length - Integer.BYTES) == whole(bytes);
        if (!fits) {
            return Optional.empty();
        }
        int[] sums = new int[(int) info.rows()];
        in.position(HEADER).asIntBuffer().get(sums);
        return Optional.of(new RowSums(sums));
    }

    /**
     * {@return those of several files as of one}
     *
     * @param files of a data set, in their order
     */
    public static RowSums joined(List<RowSums> files) {
        return new RowSums(
                files.stream().flatMapToInt(one -> Arrays.stream(one.sums)).toArray());
    }
}
