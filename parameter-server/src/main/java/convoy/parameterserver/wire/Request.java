package convoy.parameterserver.wire;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.sum.Subtree;
import convoy.records.text.Counts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The fixed-size requests; their bodies follow the header of {@link Wire}. {@link OpenMessage} has the one that varies, {@link RoomRequest}
 * and {@link MirrorRequest} are by themselves.
 *
 * <pre>
 *  PULL     offset  size  field                          PUSH     offset  size  field
 *           24      8     version                                 24      8     step
 *           32      4     partition                               32      4     partition
 *           36      4     wait at most, ms                        36      4     subtree begin
 *                                                                 40      4     subtree end
 *  LOAD     24      4     partition                               44      4     examples
 *           28      4     n                                       48      4     n
 *           32      4 n   values, floats                          52      4     0
 *                                                                 56      4 n   sums, floats
 *  NORM     24      8     step
 *           32      4     first partition                SNAPSHOT 24      8     version
 *           36      4     n                                       32      4     server
 *           40      4     wait at most, ms                        36      4     wait at most, ms
 *           44      4     0
 *           48      8 n   sums of squares, doubles       SQUARES  the same as SNAPSHOT
 *                                                        CLOSE, STATISTICS, MIRRORS   nothing
 * </pre>
 */
public final class Request {
    /** Bytes of a push before its sums, the header of {@link Wire} included. */
    public static final int PUSH_HEADER = 56;

    private static final int LOAD_HEADER = 32;

    private Request() {}

    /**
     * The header of {@link Wire}.
     *
     * @param kind what is asked
     * @param run whose parameters
     * @param incarnation under which
     */
    public record Header(Wire.Kind kind, long run, long incarnation) {
        /**
         * Reads the header.
         *
         * @param in a little-endian message, positioned at its first byte
         * @return the header; what follows it is left
         * @throws IllegalArgumentException if the message does not begin with the magic, or is of no known kind
         */
        public static Header read(ByteBuffer in) {
            int magic = in.getInt();
            if (magic != Wire.MAGIC) {
                throw new IllegalArgumentException(String.format(
                        "magic %08x instead of %08x: no Convoy message, or one of another version", magic, Wire.MAGIC));
            }
            return new Header(Wire.Kind.of(in.getInt()), in.getLong(), in.getLong());
        }

        /**
         * {@return a message of header and {@code bodyLength} bytes to come, positioned at the first of them}
         *
         * @param bodyLength what is to come, in bytes
         */
        public ByteBuffer start(int bodyLength) {
            return write(ByteBuffer.allocate(Wire.REQUEST_HEADER + bodyLength).order(ByteOrder.LITTLE_ENDIAN));
        }

        ByteBuffer write(ByteBuffer out) {
            return out.putInt(Wire.MAGIC).putInt(kind.code).putLong(run).putLong(incarnation);
        }
    }

    /**
     * Wants the values of a partition.
     *
     * @param partition which
     * @param version at which they are wanted
     * @param waitMillis how long the answer may be held back
     */
    public record Pull(int partition, long version, int waitMillis) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         */
        public static Pull read(ByteBuffer in) {
            long version = in.getLong();
            return new Pull(in.getInt(), version, readWait(in));
        }

        /**
         * {@return the whole message}
         *
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         */
        public ByteBuffer write(long run, long incarnation) {
            return new Header(Wire.Kind.PULL, run, incarnation)
                    .start(16)
                    .putLong(version)
                    .putInt(partition)
                    .putInt(waitMillis)
                    .flip();
        }
    }

    /**
     * Gives the server one partition of the sum of a subtree's gradients.
     *
     * @param partition counted from 0
     * @param step 0-based
     * @param subtree whose sum it is
     * @param examples how many examples the subtree has
     * @param sums the partition's part; a view of the message, good until the handler returns
     */
    public record Push(int partition, long step, Subtree subtree, int examples, FloatBuffer sums) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         * @throws IllegalArgumentException if counts and lengths contradict each other
         */
        public static Push read(ByteBuffer in) {
            long step = in.getLong();
            int partition = in.getInt();
            Subtree subtree = new Subtree(in.getInt(), in.getInt());
            int examples = in.getInt();
            if (examples < 1) {
                throw new IllegalArgumentException(Counts.plain(examples, "example") + ": at least 1");
            }
            int count = in.getInt();
            in.getInt();
            return new Push(partition, step, subtree, examples, floats(in, count));
        }

        /**
         * Writes the message into {@code out}, which has room for {@code PUSH_HEADER + 4 * range.size()} bytes.
         *
         * @param out cleared first
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         * @param partition counted from 0
         * @param step 0-based
         * @param subtree the node of the sum tree
         * @param examples how many examples it has
         * @param sums the flat vector
         * @param range the partition's part of it
         */
        public static void write(
                ByteBuffer out,
                long run,
                long incarnation,
                int partition,
                long step,
                Subtree subtree,
                int examples,
                float[] sums,
                KeyRange range) {
            new Header(Wire.Kind.PUSH, run, incarnation)
                    .write(out.clear().order(ByteOrder.LITTLE_ENDIAN))
                    .putLong(step)
                    .putInt(partition)
                    .putInt(subtree.begin())
                    .putInt(subtree.end())
                    .putInt(examples)
                    .putInt(range.size())
                    .putInt(0);
            out.asFloatBuffer().put(sums, range.begin(), range.size());
            out.position(0).limit(PUSH_HEADER + 4 * range.size());
        }
    }

    /**
     * Gives the server the first values of one partition.
     *
     * @param partition counted from 0
     * @param values the partition's first values; a view of the message, good until the handler returns
     */
    public record Load(int partition, FloatBuffer values) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         * @throws IllegalArgumentException if counts and lengths contradict each other
         */
        public static Load read(ByteBuffer in) {
            int partition = in.getInt();
            return new Load(partition, floats(in, in.getInt()));
        }

        /**
         * {@return the whole message: the part {@code range} of a flat vector of values}
         *
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         * @param partition counted from 0
         * @param values the flat vector
         * @param range the partition's part of it
         */
        public static ByteBuffer write(long run, long incarnation, int partition, float[] values, KeyRange range) {
            ByteBuffer out = new Header(Wire.Kind.LOAD, run, incarnation)
                    .start(LOAD_HEADER - Wire.REQUEST_HEADER + 4 * range.size())
                    .putInt(partition)
                    .putInt(range.size());
            out.asFloatBuffer().put(values, range.begin(), range.size());
            return out.position(0);
        }
    }

    /**
     * Tells a server's sums of squares to the server of partition 0, and wants the norm.
     *
     * @param step whose gradient it is
     * @param firstPartition of the sender
     * @param squares one sum for each of its partitions
     * @param waitMillis how long the answer may be held back
     */
    @SuppressWarnings("ArrayRecordComponent") // decoded, read once, never compared
    public record Norm(long step, int firstPartition, double[] squares, int waitMillis) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         * @throws IllegalArgumentException if counts and lengths contradict each other
         */
        public static Norm read(ByteBuffer in) {
            long step = in.getLong();
            int firstPartition = in.getInt();
            int count = in.getInt();
            int waitMillis = readWait(in);
            in.getInt();
            if (count < 1 || in.remaining() != 8L * count) {
                throw new IllegalArgumentException(Counts.plain(count, "sum") + " of squares announced, followed by "
                        + Counts.plain(in.remaining(), "byte"));
            }
            double[] squares = new double[count];
            in.asDoubleBuffer().get(squares);
            return new Norm(step, firstPartition, squares, waitMillis);
        }

        /**
         * {@return the whole message}
         *
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         */
        public ByteBuffer write(long run, long incarnation) {
            ByteBuffer out = new Header(Wire.Kind.NORM, run, incarnation)
                    .start(24 + 8 * squares.length)
                    .putLong(step)
                    .putInt(firstPartition)
                    .putInt(squares.length)
                    .putInt(waitMillis)
                    .putInt(0);
            out.asDoubleBuffer().put(squares);
            return out.position(0);
        }
    }

    /**
     * Wants to hear when a range is written down.
     *
     * @param server the range's index
     * @param version which
     * @param waitMillis how long the answer may be held back
     */
    public record Snapshot(int server, long version, int waitMillis) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         */
        public static Snapshot read(ByteBuffer in) {
            long version = in.getLong();
            return new Snapshot(in.getInt(), version, readWait(in));
        }

        /**
         * {@return the whole message}
         *
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         */
        public ByteBuffer write(long run, long incarnation) {
            return new Header(Wire.Kind.SNAPSHOT, run, incarnation)
                    .start(16)
                    .putLong(version)
                    .putInt(server)
                    .putInt(waitMillis)
                    .flip();
        }
    }

    /**
     * Wants what was measured of a step, of each trained tensor that a range has a part of.
     *
     * @param server the range's index
     * @param version that the step made
     * @param waitMillis how long the answer may be held back
     */
    public record Squares(int server, long version, int waitMillis) {
        /**
         * Reads what follows the header.
         *
         * @param in positioned behind the header
         * @return the request
         */
        public static Squares read(ByteBuffer in) {
            long version = in.getLong();
            return new Squares(in.getInt(), version, readWait(in));
        }

        /**
         * {@return the whole message}
         *
         * @param run the run's number, {@link Wire#runHash} of its name
         * @param incarnation under which the run is served
         */
        public ByteBuffer write(long run, long incarnation) {
            return new Header(Wire.Kind.SQUARES, run, incarnation)
                    .start(16)
                    .putLong(version)
                    .putInt(server)
                    .putInt(waitMillis)
                    .flip();
        }
    }

    private static FloatBuffer floats(ByteBuffer in, int count) {
        if (count < 1 || count > ParameterLayout.MAX_PARTITION_SIZE || in.remaining() != 4L * count) {
            throw new IllegalArgumentException(
                    Counts.plain(count, "float") + " announced (1 to " + ParameterLayout.MAX_PARTITION_SIZE
                            + " are allowed), followed by " + Counts.plain(in.remaining(), "byte"));
        }
        return in.asFloatBuffer();
    }

    /**
     * {@return how many milliseconds an answer may be held back: at most a minute, so that no connection looks dead}
     *
     * @param in positioned at the number
     */
    public static int readWait(ByteBuffer in) {
        return Math.max(0, Math.min(60_000, in.getInt()));
    }
}
