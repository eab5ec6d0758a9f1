package convoy.parameterserver.wire;

import convoy.records.text.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What all messages share. Every number is little-endian; a message travels as the body of one of Spark's RPC frames
 * (which is authenticated and encrypted as the application is), an answer as the body of the RPC's response.
 *
 * <pre>
 *  request  offset  size  field
 *           0       4     magic, the bytes "CVY1"
 *           4       4     kind, see {@link Kind}
 *           8       8     run, the first eight bytes of the SHA-256 of its name; 0 where none is meant
 *           16      8     incarnation
 *           24      …     body, see {@link Request}
 *
 *  reply    offset  size  field
 *           0       4     status, see {@link Status}
 *           4       4     n, number of floats that follow (a pull's answer), else 0
 *           8       8     number: a version, an incarnation or 0, by status
 *           16      …     body: n floats; or what {@link Reply} says for the status
 * </pre>
 */
public final class Wire {
    /** The bytes "CVY1". */
    public static final int MAGIC = 0x31595643;
    /** Bytes of a request before its body. */
    public static final int REQUEST_HEADER = 24;
    /** Bytes of an answer before its body. */
    public static final int REPLY_HEADER = 16;

    /** The largest frame from a peer that is trusted: a partition of 1 MiB, or the description of a range. */
    public static final int MAX_FRAME = 2 << 20;

    /** The largest frame from a peer that has yet to prove that it knows the secret; Spark's challenge has about 200 bytes. */
    public static final int MAX_UNAUTHENTICATED_FRAME = 4 << 10;

    /** The longest text in a message, in bytes. */
    static final int MAX_TEXT = 4_096;

    private Wire() {}

    /** What a request asks for. */
    public enum Kind {
        /** To serve a key range: {@link OpenMessage}. */
        OPEN(1),
        /** To take the first values of a partition: {@link Request.Load}. */
        LOAD(2),
        /** The values of a partition: {@link Request.Pull}. */
        PULL(3),
        /** To add the sums of a subtree: {@link Request.Push}. */
        PUSH(4),
        /** The norm of a step's gradient: {@link Request.Norm}. */
        NORM(5),
        /** When a range is written down: {@link Request.Snapshot}. */
        SNAPSHOT(6),
        /** To forget a run. */
        CLOSE(7),
        /** What the host has done. */
        STATISTICS(8),
        /** What was measured of a step, tensor by tensor: {@link Request.Squares}. */
        SQUARES(9),
        /** When there is room for the sums of a push that was answered {@link Status#HELD}: {@link RoomRequest}. */
        ROOM(10),
        /** An array of a partition's copy in the server's memory: {@link MirrorRequest}. */
        MIRROR(11),
        /** Which copies there are of a run. */
        MIRRORS(12);

        /** As it travels. */
        public final int code;

        Kind(int code) {
            this.code = code;
        }

        /**
         * Finds the kind of a code.
         *
         * @param code as it travels
         * @return the kind
         * @throws IllegalArgumentException if the code is of none
         */
        public static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("request kind " + code + ": 1 to " + values().length + " are known");
        }
    }

    /** How an answer is meant. */
    public enum Status {
        /** Done. Number: the partition's version, where a partition is meant. */
        OK(0),
        /** The partition has moved on. Number: its version. */
        SUPERSEDED(1),
        /** A newer incarnation is served here. Number: which. */
        FENCED(2),
        /** Nothing to tell within the time that the request allowed; ask again. */
        NOT_YET(3),
        /** The run, or its incarnation, is not open here. Body: one line of text. */
        NOT_OPEN(4),
        /** Understood and declined. Body: one line of text. */
        REFUSED(5),
        /** Understood, tried, and failed for a reason that lies outside: a file. Body: one line of text. */
        FAILED(6),
        /** No room for the sums of a push: nothing was taken. Ask for {@link Kind#ROOM}. Number: the partition's version. */
        HELD(7);

        final int code;

        Status(int code) {
            this.code = code;
        }

        static Status of(int code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            throw new IllegalArgumentException("reply status " + code + ": 0 to 7 are known");
        }
    }

    /**
     * {@return the run's number in message headers}
     *
     * @param run the run's name
     */
    public static long runHash(String run) {
        byte[] digest = Sha256.begin().digest(run.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
