package convoy.driver.membership;

import convoy.worker.loop.EvaluationFigures;
import convoy.worker.loop.MicroBatchFigures;
import convoy.worker.loop.StepReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an executor says to the driver over Spark's plugin messages, as bytes: a class of ours in an answer would end the
 * executor, whose message loop does not see this jar. Big endian; texts are a length of 4 bytes and UTF-8.
 *
 * <pre>
 *  kind  message       fields after the byte of the kind                              answer
 *     1  ServersAlive  executor, instance (8), problem, count (4), addresses          Boolean
 *     2  Join          run, task (4), attempt (4), executor, host                     Long: the member
 *     3  Heartbeat     run, member (8)                                                byte[]: a View
 *     4  Report        run, member (8), incarnation (8), step (8), three times (8     byte[]: a View
 *                      each), count (4), figures (4, 4, 8, 8, 4 bytes each)
 *     5  Evaluate      run, member (8), version (8), 0 or 1, figures of a block       Integer: a block, or -1, -2
 *                      (8, 4, 4, 4, 4, 8)
 *     6  Failed        run, task (4), member (8) or -1, bad input 0 or 1, message,    Boolean
 *                      trace
 *     7  Left          run, member (8)                                                Boolean
 * </pre>
 */
public sealed interface Message {
    /** Answer to {@link Evaluate}: ask again soon. */
    int WAIT = -1;
    /** Answer to {@link Evaluate}: there is nothing more to score. */
    int DONE = -2;

    /**
     * An executor's servers, said again and again as a sign of life.
     *
     * @param instance another number for every process
     * @param problem why there are none; empty if there are
     */
    record ServersAlive(String executor, long instance, String problem, List<String> addresses) implements Message {
        public ServersAlive {
            addresses = List.copyOf(addresses);
        }
    }

    /** A worker's task is ready. */
    record Join(String run, int task, int attempt, String executor, String host) implements Message {}

    /** A worker is alive and wants to know the newest view. */
    record Heartbeat(String run, long member) implements Message {}

    /** Figures of micro-batches, before they are pushed. */
    record Report(String run, long member, StepReport report) implements Message {}

    /** A worker that stands at a version to be scored wants a block of rows. */
    record Evaluate(String run, long member, long version, Optional<EvaluationFigures> done) implements Message {}

    /** A worker's task ends with an error; {@code member} is -1 if it had not joined. */
    record Failed(String run, int task, long member, boolean badInput, String message, String trace)
            implements Message {}

    /** A worker's task ends as it was told to. */
    record Left(String run, long member) implements Message {}

    /** As bytes. */
    default byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            if (this instanceof ServersAlive alive) {
                out.writeByte(1);
                text(out, alive.executor());
                out.writeLong(alive.instance());
                text(out, alive.problem());
                out.writeInt(alive.addresses().size());
                for (String address : alive.addresses()) {
                    text(out, address);
                }
            } else if (this instanceof Join join) {
                out.writeByte(2);
                text(out, join.run());
                out.writeInt(join.task());
                out.writeInt(join.attempt());
                text(out, join.executor());
                text(out, join.host());
            } else if (this instanceof Heartbeat heartbeat) {
                out.writeByte(3);
                text(out, heartbeat.run());
                out.writeLong(heartbeat.member());
            } else if (this instanceof Report message) {
                out.writeByte(4);
                text(out, message.run());
                out.writeLong(message.member());
                write(out, message.report());
            } else if (this instanceof Evaluate evaluate) {
                out.writeByte(5);
                text(out, evaluate.run());
                out.writeLong(evaluate.member());
                out.writeLong(evaluate.version());
                out.writeBoolean(evaluate.done().isPresent());
                if (evaluate.done().isPresent()) {
                    write(out, evaluate.done().get());
                }
            } else if (this instanceof Failed failed) {
                out.writeByte(6);
                text(out, failed.run());
                out.writeInt(failed.task());
                out.writeLong(failed.member());
                out.writeBoolean(failed.badInput());
                text(out, failed.message());
                text(out, failed.trace());
            } else if (this instanceof Left left) {
                out.writeByte(7);
                text(out, left.run());
                out.writeLong(left.member());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws UncheckedIOException if it is something else
     */
    static Message fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int kind = in.readUnsignedByte();
            return switch (kind) {
                case 1 -> new ServersAlive(text(in), in.readLong(), text(in), texts(in));
                case 2 -> new Join(text(in), in.readInt(), in.readInt(), text(in), text(in));
                case 3 -> new Heartbeat(text(in), in.readLong());
                case 4 -> new Report(text(in), in.readLong(), report(in));
                case 5 ->
                    new Evaluate(
                            text(in),
                            in.readLong(),
                            in.readLong(),
                            in.readBoolean() ? Optional.of(evaluation(in)) : Optional.empty());
                case 6 -> new Failed(text(in), in.readInt(), in.readLong(), in.readBoolean(), text(in), text(in));
                case 7 -> new Left(text(in), in.readLong());
                default -> throw new IOException("no message has kind " + kind);
            };
        } catch (IOException malformed) {
            throw new UncheckedIOException("a message of " + bytes.length + " bytes cannot be read", malformed);
        }
    }

    private static void write(DataOutputStream out, StepReport report) throws IOException {
        out.writeLong(report.incarnation());
        out.writeLong(report.step());
        out.writeLong(report.computeNanos());
        out.writeLong(report.dataWaitNanos());
        out.writeLong(report.pullWaitNanos());
        out.writeInt(report.figures().size());
        for (MicroBatchFigures figures : report.figures()) {
            out.writeInt(figures.microBatch());
            out.writeInt(figures.examples());
            out.writeDouble(figures.lossSum());
            out.writeDouble(figures.auxiliaryLossSum());
            out.writeInt(figures.correct());
        }
    }

    private static StepReport report(DataInputStream in) throws IOException {
        long incarnation = in.readLong();
        long step = in.readLong();
        long computeNanos = in.readLong();
        long dataWaitNanos = in.readLong();
        long pullWaitNanos = in.readLong();
        int count = in.readInt();
        List<MicroBatchFigures> figures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            figures.add(
                    new MicroBatchFigures(in.readInt(), in.readInt(), in.readDouble(), in.readDouble(), in.readInt()));
        }
        return new StepReport(incarnation, step, figures, computeNanos, dataWaitNanos, pullWaitNanos);
    }

    private static void write(DataOutputStream out, EvaluationFigures figures) throws IOException {
        out.writeLong(figures.version());
        out.writeInt(figures.block());
        out.writeInt(figures.rows());
        out.writeInt(figures.top1());
        out.writeInt(figures.top5());
        out.writeDouble(figures.lossSum());
    }

    private static EvaluationFigures evaluation(DataInputStream in) throws IOException {
        return new EvaluationFigures(
                in.readLong(), in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readDouble());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes, " + in.available() + " are left");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return texts;
    }
}
