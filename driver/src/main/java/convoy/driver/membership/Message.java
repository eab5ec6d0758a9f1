package convoy.driver.membership;

import convoy.driver.coordination.WorkerFailure;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.text.Counts;
import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.StepReport;
import io.soabase.recordbuilder.core.RecordBuilder;
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
 *  {"kind":"heartbeat","run":"resnet","member":3,"arrived":17}
 *
 *  message       answer
 *  ServersAlive  Boolean
 *  Join          Long: the member, -1 of a run that is no more
 *  Heartbeat     byte[]: a View
 *  Report        byte[]: a View
 *  Evaluate      byte[]: an EvaluationTurn
 *  Failed        Long: milliseconds to wait before the task ends, and is begun again
 *  Left          Boolean
 * </pre>
 */
public sealed interface Message {
    /** Messages as JSON. */
    Codec<Message> CODEC = Codec.of(Message.class);

    /** Whoever answers messages, each of its kind with what the table above says. */
    interface Receiver {
        /**
         * An executor has servers.
         *
         * @param alive their addresses, or why there are none
         * @return true
         */
        Object serversAlive(ServersAlive alive);

        /**
         * A worker begins.
         *
         * @param join where and for which run
         * @return the number by which it is known from now on, or that the run is no more
         */
        Object join(Join join);

        /**
         * A worker lives.
         *
         * @param heartbeat of it
         * @return what it is to compute
         */
        Object heartbeat(Heartbeat heartbeat);

        /**
         * A worker has computed.
         *
         * @param report of micro-batches
         * @return what it is to compute
         */
        Object report(Report report);

        /**
         * A worker asks for rows to score.
         *
         * @param evaluate with what it scored before
         * @return the rows that are its next, or to wait, or that all are scored
         */
        Object evaluate(Evaluate evaluate);

        /**
         * A worker's task ended with an error.
         *
         * @param failed with the error
         * @return how many milliseconds to wait before the task ends
         */
        Object failed(Failed failed);

        /**
         * A worker's task ended.
         *
         * @param left with the worker's number
         * @return true
         */
        Object left(Left left);
    }

    /**
     * {@return the receiver's answer}
     *
     * @param receiver whose method is called, once
     */
    Object answeredBy(Receiver receiver);

    /** {@return the run that it is about; empty if it is of an executor, and so of all runs} */
    Optional<String> about();

    /**
     * An executor's servers, said again and again as a sign of life.
     *
     * @param executor by Spark's name
     * @param instance another number for every process
     * @param problem why there are none; empty if there are
     * @param addresses {@code host:port} of each server
     * @param processors by the name of an engine: what it computes on there, where it computes on the processor
     * @param memory of the process now
     * @param crashFile where its JVM tells of a crash, as {@code host:path}; empty where nobody would look
     */
    @RecordBuilder
    record ServersAlive(
            String executor,
            long instance,
            String problem,
            List<String> addresses,
            SortedMap<String, String> processors,
            List<Memory> memory,
            Optional<String> crashFile)
            implements Message, MessageServersAliveBuilder.With {
        public ServersAlive {
            addresses = List.copyOf(addresses);
            memory = List.copyOf(memory);
            processors = Collections.unmodifiableSortedMap(new TreeMap<>(processors));
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
     * @param run its name at the driver
     * @param task its index in the stage
     * @param attempt of the task, from 0
     * @param executor by Spark's name
     * @param host of the executor
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

    /**
     * A worker is alive and wants to know the newest view.
     *
     * @param run its name at the driver
     * @param member number of the worker
     * @param arrived the newest report of which, and of all before it, the servers have what it is about; 0 of none
     */
    record Heartbeat(String run, long member, long arrived) implements Message {
        @Override
        public Object answeredBy(Receiver receiver) {
            return receiver.heartbeat(this);
        }

        @Override
        public Optional<String> about() {
            return Optional.of(run);
        }
    }

    /**
     * Figures of micro-batches, before they are pushed.
     *
     * @param run its name at the driver
     * @param member number of the worker
     * @param report the figures
     */
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

    /**
     * A worker that stands at a version to be scored wants a block of rows.
     *
     * @param run its name at the driver
     * @param member number of the worker
     * @param version that it holds
     * @param done what it scored before; empty: nothing
     */
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

    /**
     * A worker's task ends with an error; {@code member} is -1 if it had not joined.
     *
     * @param run its name at the driver
     * @param task its index in the stage
     * @param member number of the worker
     * @param nature what is to be done about it
     * @param message the error's message
     * @param trace its stack trace; empty for bad input
     */
    record Failed(String run, int task, long member, WorkerFailure.Kind nature, String message, String trace)
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

    /**
     * A worker's task ends as it was told to.
     *
     * @param run its name at the driver
     * @param member number of the worker
     */
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

    /** {@return it as JSON in UTF-8} */
    default byte[] toBytes() {
        return CODEC.toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * {@return what {@link #toBytes} wrote}
     *
     * @param bytes of {@link #toBytes}
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
