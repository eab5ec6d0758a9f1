package convoy.parameterserver.wire;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.MirroredVersion;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.WrittenRange;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An answer as it travels; its header is drawn at {@link Wire}.
 *
 * <pre>
 *  answer to            body at offset 16
 *  PULL, OK             n floats: {@link ValuesMessage}
 *  NORM, OK             8  L2 norm of the whole averaged gradient, a double
 *  SNAPSHOT, OK         8  file length; 4 + 4 key range begin, end; text CRC-32C; text file name;
 *                       4  n, tensors in the range; 4 n  CRC-32C of what lies there of each
 *  STATISTICS, OK       14 longs and a double, in the order of {@link ServerStatistics}
 *  SQUARES, OK          4  n; 4  0; 8 n  sums of squares, doubles: gradient and update of each part of a trained tensor
 *  MIRROR, OK           n floats
 *  MIRRORS, OK          4  n; then n times 8  version; 4  m; m times 4 + 4  first partition, the one behind the last
 *  NOT_OPEN, REFUSED,
 *  FAILED               text
 *  anything else        nothing
 * </pre>
 *
 * @param status how it is meant
 * @param number a version or an incarnation, by status
 * @param body the rest, positioned at its first byte
 */
public record Reply(Wire.Status status, long number, ByteBuffer body) {
    /**
     * Reads the header; the body is what follows it.
     *
     * @param in positioned at the reply's first byte
     * @return the reply, with a view of the bytes as its body
     */
    public static Reply read(ByteBuffer in) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        Wire.Status status = Wire.Status.of(in.getInt());
        in.getInt();
        return new Reply(status, in.getLong(), in);
    }

    /**
     * {@return an answer without a body}
     *
     * @param status how it is meant
     * @param number a version or an incarnation, by status; else 0
     */
    public static ByteBuffer of(Wire.Status status, long number) {
        return start(status, number, 0).flip();
    }

    /**
     * {@return an answer with one line of text, cut to {@link Wire#MAX_TEXT} bytes}
     *
     * @param status how it is meant
     * @param line in UTF-8
     */
    public static ByteBuffer text(Wire.Status status, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, Wire.MAX_TEXT);
        return start(status, 0, 4 + length).putInt(length).put(bytes, 0, length).flip();
    }

    /**
     * {@return the answer with the L2 norm of a whole averaged gradient}
     *
     * @param norm the figure
     */
    public static ByteBuffer norm(double norm) {
        return start(Wire.Status.OK, 0, 8).putDouble(norm).flip();
    }

    /**
     * {@return the answer that a range file has been written}
     *
     * @param written with its checksums
     */
    public static ByteBuffer snapshot(WrittenRange written) {
        SnapshotFile file = written.file();
        List<Integer> tensors = written.tensors();
        int texts = 4 + 64 + 4 + 4 * file.name().length();
        ByteBuffer out = start(Wire.Status.OK, 0, 16 + texts + 4 + 4 * tensors.size())
                .putLong(file.length())
                .putInt(file.range().begin())
                .putInt(file.range().end());
        Fields.writeText(out, file.crc32c());
        Fields.writeText(out, file.name());
        out.putInt(tensors.size());
        tensors.forEach(out::putInt);
        return out.flip();
    }

    /** {@return the body of {@link #snapshot}} */
    public WrittenRange readSnapshot() {
        long length = body.getLong();
        KeyRange range = new KeyRange(body.getInt(), body.getInt());
        String crc32c = Fields.readText(body, "checksum", 8);
        SnapshotFile file = new SnapshotFile(Fields.readText(body, "file name", Wire.MAX_TEXT), length, crc32c, range);
        int tensors = body.getInt();
        if (tensors < 0 || tensors > body.remaining() / 4) {
            throw new IllegalArgumentException("checksums of " + Counts.plain(tensors, "tensor") + " in "
                    + Counts.plain(body.remaining(), "byte"));
        }
        return new WrittenRange(
                file,
                IntStream.range(0, tensors).map(i -> body.getInt()).boxed().toList());
    }

    /**
     * {@return the answer with what was measured of a step}
     *
     * @param squares gradient and update of each part of a trained tensor, partition by partition
     */
    public static ByteBuffer squares(double[] squares) {
        ByteBuffer out = start(Wire.Status.OK, 0, 8 + 8 * squares.length)
                .putInt(squares.length)
                .putInt(0);
        out.asDoubleBuffer().put(squares);
        return out.position(0);
    }

    /** {@return the body of {@link #squares(double[])}} */
    public double[] readSquares() {
        int count = body.getInt();
        body.getInt();
        if (count < 0 || body.remaining() != 8L * count) {
            throw new IllegalArgumentException(Counts.plain(count, "sum") + " of squares announced, followed by "
                    + Counts.plain(body.remaining(), "byte"));
        }
        double[] squares = new double[count];
        body.asDoubleBuffer().get(squares);
        return squares;
    }

    /**
     * {@return the answer with an array of a copy}
     *
     * @param version of the copy
     * @param floats of it
     */
    public static ByteBuffer floats(long version, float[] floats) {
        ByteBuffer out = start(Wire.Status.OK, version, 4 * floats.length);
        out.asFloatBuffer().put(floats);
        return out.position(0);
    }

    /**
     * {@return the answer with what copies there are of a run}
     *
     * @param there by version
     */
    public static ByteBuffer mirrors(List<MirroredVersion> there) {
        int length = 4;
        for (MirroredVersion one : there) {
            length += 12 + 8 * one.partitions().size();
        }
        ByteBuffer out = start(Wire.Status.OK, 0, length).putInt(there.size());
        for (MirroredVersion one : there) {
            out.putLong(one.version()).putInt(one.partitions().size());
            one.partitions().forEach(stretch -> out.putInt(stretch.begin()).putInt(stretch.end()));
        }
        return out.flip();
    }

    /** {@return the body of {@link #mirrors}} */
    public List<MirroredVersion> readMirrors() {
        List<MirroredVersion> there = new ArrayList<>();
        for (int versions = requireCount(body.getInt(), 12); versions > 0; versions--) {
            long version = body.getLong();
            List<KeyRange> stretches = new ArrayList<>();
            for (int left = requireCount(body.getInt(), 8); left > 0; left--) {
                stretches.add(new KeyRange(body.getInt(), body.getInt()));
            }
            there.add(new MirroredVersion(version, stretches));
        }
        return there;
    }

    private int requireCount(int count, int bytesOfEach) {
        if (count < 0 || count > body.remaining() / bytesOfEach) {
            throw new IllegalArgumentException(Counts.plain(count, "mirror") + " announced, followed by "
                    + Counts.plain(body.remaining(), "byte"));
        }
        return count;
    }

    /**
     * {@return the answer with what a host has done}
     *
     * @param statistics the figures
     */
    public static ByteBuffer statistics(ServerStatistics statistics) {
        return start(Wire.Status.OK, 0, 15 * 8)
                .putLong(statistics.ranges())
                .putLong(statistics.lowestVersion())
                .putLong(statistics.pushes())
                .putLong(statistics.pushedBytes())
                .putLong(statistics.held())
                .putLong(statistics.duplicates())
                .putLong(statistics.pulls())
                .putLong(statistics.pulledBytes())
                .putLong(statistics.updates())
                .putLong(statistics.snapshots())
                .putLong(statistics.snapshotBytes())
                .putLong(statistics.refused())
                .putLong(statistics.sumBytes())
                .putLong(statistics.mostBytes())
                .putDouble(statistics.gradientNorm())
                .flip();
    }

    /** {@return the body of {@link #statistics}} */
    public ServerStatistics readStatistics() {
        return ServerStatisticsBuilder.builder()
                .ranges((int) body.getLong())
                .lowestVersion(body.getLong())
                .pushes(body.getLong())
                .pushedBytes(body.getLong())
                .held(body.getLong())
                .duplicates(body.getLong())
                .pulls(body.getLong())
                .pulledBytes(body.getLong())
                .updates(body.getLong())
                .snapshots(body.getLong())
                .snapshotBytes(body.getLong())
                .refused(body.getLong())
                .sumBytes(body.getLong())
                .mostBytes(body.getLong())
                .gradientNorm(body.getDouble())
                .build();
    }

    /** {@return the line of text of a {@code NOT_OPEN}, {@code REFUSED} or {@code FAILED}} */
    public String line() {
        return Fields.readText(body, "message", Wire.MAX_TEXT);
    }

    private static ByteBuffer start(Wire.Status status, long number, int bodyLength) {
        return ByteBuffer.allocate(Wire.REPLY_HEADER + bodyLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(status.code)
                .putInt(0)
                .putLong(number);
    }
}
