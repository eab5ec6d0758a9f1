package convoy.driver.membership;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.text.Counts;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an executor says to the driver as bytes: over Spark's plugin messages, a class of ours in an answer would end the
 * executor, whose message loop does not see this jar. Both ends are of one application, so that no format has a number; the
 * bytes are JSON in UTF-8, as {@link Codec} writes it.
 *
 * <pre>
 *  {"kind":"heartbeat","run":"resnet","member":3}
 *
 *  message       answer
 *  ServersAlive  Boolean
 *  Join          Long: the member, -1 of a run that is no more
 *  Heartbeat     byte[]: a View
 *  Report        byte[]: a View
 *  Evaluate      byte[]: an EvaluationTurn
 *  Failed        Boolean
 *  Left          Boolean
 * </pre>
 */
public sealed interface Message {
    Codec<Message> CODEC = Codec.of(Message.class);

    /** Whoever answers messages, each of its kind with what the table above says. */
    interface Receiver {
        Object serversAlive(ServersAlive alive);

        Object join(Join join);

        Object heartbeat(Heartbeat heartbeat);

        Object report(Report report);

        Object evaluate(Evaluate evaluate);

        Object failed(Failed failed);

        Object left(Left left);
    }

    /** The receiver's answer. */
    Object answeredBy(Receiver receiver);

    /** The run that it is about; empty if it is of an executor, and so of all runs. */
    Optional<String> about();

    /**
     * An executor's servers, said again and again as a sign of life.
     *
     * @param instance another number for every process
     * @param problem why there are none; empty if there are
     * @param processors by the name of an engine: what it computes on there, where it computes on the processor
     * @param memory of the process now
     */
    record ServersAlive(
            String executor,
            long instance,
            String problem,
            List<String> addresses,
            SortedMap<String, String> processors,
            List<Memory> memory)
            implements Message {
        public ServersAlive {
            addresses = List.copyOf(addresses);
            memory = List.copyOf(memory);
            processors = Collections.unmodifiableSortedMap(new TreeMap<>(processors));
        }

        /** The same with what the process has now. */
        public ServersAlive withMemory(List<Memory> now) {
            return new ServersAlive(executor, instance, problem, addresses, processors, now);
        }

        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.serversAlive(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.empty();
        }
    }

    /**
     * A worker's task is ready.
     *
     * @param processor that it computes on
     */
    record Join(String run, int task, int attempt, String executor, String host, String processor) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.join(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** A worker is alive and wants to know the newest view. */
    record Heartbeat(String run, long member) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.heartbeat(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** Figures of micro-batches, before they are pushed. */
    record Report(String run, long member, StepReport report) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.report(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** A worker that stands at a version to be scored wants a block of rows. */
    record Evaluate(String run, long member, long version, Optional<EvaluationMetrics> done) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.evaluate(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** A worker's task ends with an error; {@code member} is -1 if it had not joined. */
    record Failed(String run, int task, long member, boolean badInput, String message, String trace)
            implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.failed(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** A worker's task ends as it was told to. */
    record Left(String run, long member) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.left(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /** As bytes. */
    default byte[] toBytes() {
        return CODEC.toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws UncheckedIOException if it is something else
     */
    static Message fromBytes(byte[] bytes) {
        try {
            return CODEC.fromJson("message", new String(bytes, StandardCharsets.UTF_8));
        } catch (BadInputException malformed) {
            throw new UncheckedIOException(
                    "a message of " + Counts.plain(bytes.length, "byte") + " cannot be read",
                    new IOException(malformed));
        }
    }
}
