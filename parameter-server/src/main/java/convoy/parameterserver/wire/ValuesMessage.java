package convoy.parameterserver.wire;

import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.network.buffer.ManagedBuffer;

/**
 * A pull's answer with its header, as {@link Reply} draws it: made once for a version of a partition, sent to every worker as it is,
 * and used for another version when nobody holds it any more. A new array of 1 MiB for every update would be cleared, would be
 * garbage two steps later, and would have the G1 collector mark the heap every few updates.
 *
 * <p>Who makes one holds it; who hands it on retains it for the receiver first; the transport releases what it has sent, or could not
 * send. One that nobody releases is only not used again.
 */
public final class ValuesMessage extends ManagedBuffer {
    private final Pool pool;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final AtomicInteger holders = new AtomicInteger();

    private ValuesMessage(Pool pool) {
        this.pool = pool;
        bytes = ByteBuffer.allocate(Wire.REPLY_HEADER + 4 * pool.floats).order(ByteOrder.LITTLE_ENDIAN);
        floats = bytes.position(Wire.REPLY_HEADER)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    /** The messages of one range that are not in use. Safe for use by several threads. */
    public static final class Pool {
        private final int floats;
        private final ConcurrentLinkedDeque<ValuesMessage> idle = new ConcurrentLinkedDeque<>();

        /**
         * Empty at first.
         *
         * @param floats the most that a message takes
         */
        public Pool(int floats) {
            this.floats = floats;
        }

        /**
         * {@return a message for so many floats, which the caller holds and fills}
         *
         * @param version the number of updates before it
         * @param count in floats, at most a partition's
         */
        public ValuesMessage take(long version, int count) {
            ValuesMessage free = idle.pollLast();
            ValuesMessage message = free != null ? free : new ValuesMessage(this);
            message.begin(version, count);
            return message;
        }
    }

    private void begin(long version, int count) {
        holders.set(1);
        bytes.clear()
                .limit(Wire.REPLY_HEADER + 4 * count)
                .putInt(0, Wire.Status.OK.code)
                .putInt(4, count)
                .putLong(8, version);
        floats.clear().limit(count);
    }

    /**
     * Appends {@code values[begin..end)}.
     *
     * @param values floats
     * @param begin the first
     * @param end the one behind the last
     */
    public void put(float[] values, int begin, int end) {
        floats.put(values, begin, end - begin);
    }

    @Override
    public ValuesMessage retain() {
        holders.incrementAndGet();
        return this;
    }

    @Override
    public ValuesMessage release() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released by somebody who did not hold it");
        }
        if (left == 0) {
            pool.idle.addLast(this);
        }
        return this;
    }

    @Override
    public long size() {
        return bytes.limit();
    }

    /** The message from its first byte on, for somebody who holds it. */
    @Override
    public ByteBuffer nioByteBuffer() {
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public InputStream createInputStream() {
        return new ByteBufInputStream(Unpooled.wrappedBuffer(nioByteBuffer()));
    }

    @Override
    public Object convertToNetty() {
        return Unpooled.wrappedBuffer(nioByteBuffer());
    }
}
