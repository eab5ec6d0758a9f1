package convoy.driver.metrics;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Syncable;

/**
 * A TensorBoard event file: scalars by tag and step.
 *
 * <p>The file is a chain of TFRecords, each holding one protocol-buffer {@code Event}; all numbers little endian:
 *
 * <pre>
 *  offset  bytes  content
 *       0      8  length n of the event
 *       8      4  masked CRC-32C of the 8 bytes of the length
 *      12      n  the event
 *    12+n      4  masked CRC-32C of the event
 *
 *  Event        1: double wall_time   2: int64 step   3: string file_version | 5: Summary | 7: SessionLog
 *  Summary      1: repeated Value     Value  1: string tag   2: float simple_value
 *  SessionLog   1: enum status (START = 1)
 * </pre>
 *
 * The mask rotates the checksum right by 15 bits and adds a constant, so that a checksum of data that itself holds
 * checksums stays a good one. The first event names the version; a file that continues a run has a session start at
 * the step it continues from, which makes TensorBoard forget later steps of the files before it.
 *
 * <p>Not safe for use by several threads.
 */
public final class EventFile implements Closeable {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private final OutputStream out;

    /**
     * Begins a file on {@code out}; {@code firstStep} is the step that the run continues from, 0 for a new one.
     *
     * @param out to which the file is written; closed with this
     * @param wallSeconds the time, in seconds since 1970
     * @param firstStep the step that the run continues from; 0 for a new one
     * @throws IOException if the file system fails
     */
    public EventFile(OutputStream out, double wallSeconds, long firstStep) throws IOException {
        this.out = out;
        writeRecord(event(wallSeconds, 0)
                .bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8))
                .toByteArray());
        Message start = new Message();
        start.varint(1, 1);
        writeRecord(event(wallSeconds, firstStep).bytes(7, start.toByteArray()).toByteArray());
    }

    /**
     * Adds scalars of one step.
     *
     * @param wallSeconds the time, in seconds since 1970
     * @param step updates applied
     * @param values by tag
     * @throws IOException if the file system fails
     */
    public void scalars(double wallSeconds, long step, Map<String, Double> values) throws IOException {
        Message summary = new Message();
        values.forEach((tag, value) -> {
            Message scalar = new Message();
            scalar.bytes(1, tag.getBytes(StandardCharsets.UTF_8));
            scalar.fixed32(2, Float.floatToRawIntBits(value.floatValue()));
            summary.bytes(1, scalar.toByteArray());
        });
        writeRecord(event(wallSeconds, step).bytes(5, summary.toByteArray()).toByteArray());
    }

    /**
     * Makes what was written visible to readers, as far as the file system can.
     *
     * @throws IOException if the file system fails
     */
    public void flush() throws IOException {
        if (out instanceof Syncable syncable) {
            syncable.hflush();
        } else {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static Message event(double wallSeconds, long step) {
        Message event = new Message();
        event.fixed64(1, Double.doubleToRawLongBits(wallSeconds));
        event.varint(2, step);
        return event;
    }

    private void writeRecord(byte[] event) throws IOException {
        ByteBuffer length =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(event.length);
        ByteBuffer record = ByteBuffer.allocate(16 + event.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length.array())
                .putInt(maskedChecksum(length.array()))
                .put(event)
                .putInt(maskedChecksum(event));
        out.write(record.array());
    }

    static int maskedChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    /** A protocol-buffer message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

        void varint(int field, long value) {
            raw(((long) field << 3) | VARINT);
            raw(value);
        }

        void fixed32(int field, int value) {
            raw(((long) field << 3) | FIXED_32);
            fields.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        void fixed64(int field, long value) {
            raw(((long) field << 3) | FIXED_64);
            fields.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Message bytes(int field, byte[] value) {
            raw(((long) field << 3) | BYTES);
            raw(value.length);
            fields.writeBytes(value);
            return this;
        }

        byte[] toByteArray() {
            return fields.toByteArray();
        }

        private void raw(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                fields.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            fields.write((int) rest);
        }
    }
}
