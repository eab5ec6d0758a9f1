package convoy.parameterserver.wire;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.Schedule;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.update.WeightDecay;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The request that opens a range, behind the header of {@link Wire}; texts and lists as in {@link Fields}.
 *
 * <pre>
 *  offset  size  field
 *  24      4     wait at most, ms
 *  28      4     server
 *  32      4     leaves
 *  36      8     first version
 *  44      …     text  run
 *          …     list of tensors: text name; list of dimensions (4 each); 4 role (0 weight, 1 bias, 2 norm, 3 statistic);
 *                8 momentum; 8 factor of the learning rate; 8 first version that is trained
 *          …     optimizer: 4 kind (1 SGD, 2 momentum, 3 Nesterov, 4 RMSprop, 5 Adam, 6 AdamW); its doubles
 *          8 4   weight decay: rate; 4 scope (0 weights, 1 all)
 *          …     schedule: 4 kind (1 constant, 2 step, 3 multi-step, 4 exponential, 5 cosine, 6 polynomial, 7 warm-up);
 *                its numbers, 8 each, in the order of the record; a list where the record has one; a warm-up is
 *                followed by the schedule behind it
 *          8     clip norm; NaN for none
 *          4     source: 0 values will be sent, 1 snapshot, 2 snapshot of another layout; for a snapshot: text directory;
 *                list of files: text name, 8 length, text CRC-32C, 4 + 4 key range; for one of another layout then: list
 *                of tensors as above; text URI of the others
 *          …     list of servers: text host, 4 port
 *          …     text snapshot directory; 8 every; list of versions, 8 each
 * </pre>
 */
public final class OpenMessage {
    private OpenMessage() {}

    /**
     * The whole message.
     *
     * @throws IllegalArgumentException if the description is longer than a frame may be
     */
    public static ByteBuffer write(RangeSpec spec, int waitMillis) {
        ByteBuffer out = ByteBuffer.allocate(Wire.MAX_FRAME - 64).order(ByteOrder.LITTLE_ENDIAN);
        try {
            new Request.Header(Wire.Kind.OPEN, Wire.runHash(spec.run()), spec.incarnation()).write(out);
            out.putInt(waitMillis).putInt(spec.server()).putInt(spec.leaves()).putLong(spec.firstVersion());
            Fields.writeText(out, spec.run());
            writeLayout(out, spec.layout());
            writeOptimizer(out, spec.rule().optimizer());
            out.putDouble(spec.rule().weightDecay().rate());
            out.putInt(
                    switch (spec.rule().weightDecay().scope()) {
                        case WEIGHTS -> 0;
                        case ALL -> 1;
                    });
            writeSchedule(out, spec.rule().schedule());
            out.putDouble(spec.rule().clipNorm().orElse(Double.NaN));
            writeSource(out, spec.source());
            out.putInt(spec.servers().size());
            for (ServerAddress server : spec.servers()) {
                Fields.writeText(out, server.host());
                out.putInt(server.port());
            }
            Fields.writeText(out, spec.snapshots().directory());
            out.putLong(spec.snapshots().every());
            out.putInt(spec.snapshots().versions().size());
            spec.snapshots().versions().forEach(out::putLong);
        } catch (BufferOverflowException e) {
            throw new IllegalArgumentException(
                    "the description of " + spec + " takes more than " + out.capacity() + " bytes: it has "
                            + spec.layout().segments().size() + " tensors and "
                            + spec.servers().size() + " servers",
                    e);
        }
        return out.flip();
    }

    /**
     * Reads what follows the header and the time to wait.
     *
     * @throws IllegalArgumentException if it describes no range
     * @throws java.nio.BufferUnderflowException if it is cut short
     */
    public static RangeSpec read(ByteBuffer in, long incarnation) {
        int server = in.getInt();
        int leaves = in.getInt();
        long firstVersion = in.getLong();
        String run = Fields.readText(in, "run name", Wire.MAX_TEXT);
        ParameterLayout layout = readLayout(in);
        Optimizer optimizer = readOptimizer(in);
        double rate = in.getDouble();
        WeightDecay decay = new WeightDecay(
                rate,
                switch (in.getInt()) {
                    case 0 -> WeightDecay.Scope.WEIGHTS;
                    case 1 -> WeightDecay.Scope.ALL;
                    default -> throw new IllegalArgumentException("unknown scope of weight decay");
                });
        Schedule schedule = readSchedule(in, true);
        double clipNorm = in.getDouble();
        Optional<ValueSource.Snapshot> source = readSource(in);
        int count = Fields.readCount(in, "servers", 9);
        List<ServerAddress> servers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            servers.add(new ServerAddress(Fields.readText(in, "host", 255), in.getInt()));
        }
        String directory = Fields.readText(in, "snapshot directory", Wire.MAX_TEXT);
        long every = in.getLong();
        List<Long> versions = readLongs(in, "snapshot versions");
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes follow the description of a range");
        }
        return new RangeSpec(
                run,
                incarnation,
                server,
                layout,
                new UpdateRule(
                        optimizer, decay, schedule, Double.isNaN(clipNorm) ? Optional.empty() : Optional.of(clipNorm)),
                leaves,
                firstVersion,
                source,
                servers,
                new SnapshotPlan(directory, every, versions));
    }

    private static void writeLayout(ByteBuffer out, ParameterLayout layout) {
        out.putInt(layout.segments().size());
        for (Segment segment : layout.segments()) {
            Fields.writeText(out, segment.name());
            out.putInt(segment.shape().size());
            segment.shape().forEach(out::putInt);
            out.putInt(
                    switch (segment.role()) {
                        case WEIGHT -> 0;
                        case BIAS -> 1;
                        case NORM -> 2;
                        case STATISTIC -> 3;
                    });
            out.putDouble(segment.momentum()).putDouble(segment.rate()).putLong(segment.since());
        }
    }

    private static ParameterLayout readLayout(ByteBuffer in) {
        int count = Fields.readCount(in, "tensors", 36);
        List<Segment> segments = new ArrayList<>(count);
        int begin = 0;
        for (int i = 0; i < count; i++) {
            String name = Fields.readText(in, "tensor name", Wire.MAX_TEXT);
            int dimensions = Fields.readCount(in, "dimensions", 4);
            List<Integer> shape = new ArrayList<>(dimensions);
            for (int d = 0; d < dimensions; d++) {
                shape.add(in.getInt());
            }
            Segment.Role role =
                    switch (in.getInt()) {
                        case 0 -> Segment.Role.WEIGHT;
                        case 1 -> Segment.Role.BIAS;
                        case 2 -> Segment.Role.NORM;
                        case 3 -> Segment.Role.STATISTIC;
                        default -> throw new IllegalArgumentException("tensor '" + name + "' has an unknown role");
                    };
            Segment segment = new Segment(name, shape, begin, role, in.getDouble(), in.getDouble(), in.getLong());
            segments.add(segment);
            begin = segment.range().end();
        }
        return new ParameterLayout(segments);
    }

    private static void writeOptimizer(ByteBuffer out, Optimizer optimizer) {
        if (optimizer instanceof Optimizer.Sgd) {
            out.putInt(1);
        } else if (optimizer instanceof Optimizer.Momentum momentum) {
            out.putInt(2).putDouble(momentum.momentum());
        } else if (optimizer instanceof Optimizer.Nesterov nesterov) {
            out.putInt(3).putDouble(nesterov.momentum());
        } else if (optimizer instanceof Optimizer.RmsProp rms) {
            out.putInt(4).putDouble(rms.alpha()).putDouble(rms.epsilon()).putDouble(rms.momentum());
        } else if (optimizer instanceof Optimizer.Adam adam) {
            out.putInt(5).putDouble(adam.beta1()).putDouble(adam.beta2()).putDouble(adam.epsilon());
        } else if (optimizer instanceof Optimizer.AdamW adam) {
            out.putInt(6).putDouble(adam.beta1()).putDouble(adam.beta2()).putDouble(adam.epsilon());
        }
    }

    private static Optimizer readOptimizer(ByteBuffer in) {
        int kind = in.getInt();
        return switch (kind) {
            case 1 -> new Optimizer.Sgd();
            case 2 -> new Optimizer.Momentum(in.getDouble());
            case 3 -> new Optimizer.Nesterov(in.getDouble());
            case 4 -> new Optimizer.RmsProp(in.getDouble(), in.getDouble(), in.getDouble());
            case 5 -> new Optimizer.Adam(in.getDouble(), in.getDouble(), in.getDouble());
            case 6 -> new Optimizer.AdamW(in.getDouble(), in.getDouble(), in.getDouble());
            default -> throw new IllegalArgumentException("optimizer kind " + kind + ": 1 to 6 are known");
        };
    }

    private static void writeSchedule(ByteBuffer out, Schedule schedule) {
        if (schedule instanceof Schedule.Constant constant) {
            out.putInt(1).putDouble(constant.rate());
        } else if (schedule instanceof Schedule.Step step) {
            out.putInt(2).putDouble(step.rate()).putLong(step.every()).putDouble(step.factor());
        } else if (schedule instanceof Schedule.MultiStep steps) {
            out.putInt(3).putDouble(steps.rate()).putInt(steps.milestones().size());
            steps.milestones().forEach(out::putLong);
            out.putDouble(steps.factor());
        } else if (schedule instanceof Schedule.Exponential exponential) {
            out.putInt(4)
                    .putDouble(exponential.rate())
                    .putLong(exponential.every())
                    .putDouble(exponential.factor());
        } else if (schedule instanceof Schedule.Cosine cosine) {
            out.putInt(5).putDouble(cosine.rate()).putLong(cosine.steps()).putDouble(cosine.minimum());
        } else if (schedule instanceof Schedule.Polynomial polynomial) {
            out.putInt(6)
                    .putDouble(polynomial.rate())
                    .putLong(polynomial.steps())
                    .putDouble(polynomial.power())
                    .putDouble(polynomial.minimum());
        } else if (schedule instanceof Schedule.Warmup warmup) {
            out.putInt(7).putLong(warmup.steps()).putDouble(warmup.start());
            writeSchedule(out, warmup.then());
        }
    }

    private static Schedule readSchedule(ByteBuffer in, boolean warmupAllowed) {
        int kind = in.getInt();
        return switch (kind) {
            case 1 -> new Schedule.Constant(in.getDouble());
            case 2 -> new Schedule.Step(in.getDouble(), in.getLong(), in.getDouble());
            case 3 -> new Schedule.MultiStep(in.getDouble(), readLongs(in, "milestones"), in.getDouble());
            case 4 -> new Schedule.Exponential(in.getDouble(), in.getLong(), in.getDouble());
            case 5 -> new Schedule.Cosine(in.getDouble(), in.getLong(), in.getDouble());
            case 6 -> new Schedule.Polynomial(in.getDouble(), in.getLong(), in.getDouble(), in.getDouble());
            case 7 -> {
                // One level only: a message of nothing but warm-ups must not exhaust the stack.
                if (!warmupAllowed) {
                    throw new IllegalArgumentException("a warm-up behind a warm-up");
                }
                yield new Schedule.Warmup(in.getLong(), in.getDouble(), readSchedule(in, false));
            }
            default -> throw new IllegalArgumentException("schedule kind " + kind + ": 1 to 7 are known");
        };
    }

    private static void writeSource(ByteBuffer out, Optional<ValueSource.Snapshot> source) {
        if (source.isEmpty()) {
            out.putInt(0);
            return;
        }
        Optional<ValueSource.Growth> growth = source.get().growth();
        out.putInt(growth.isPresent() ? 2 : 1);
        Fields.writeText(out, source.get().directory());
        out.putInt(source.get().files().size());
        for (SnapshotFile file : source.get().files()) {
            Fields.writeText(out, file.name());
            out.putLong(file.length());
            Fields.writeText(out, file.crc32c());
            out.putInt(file.range().begin()).putInt(file.range().end());
        }
        growth.ifPresent(other -> {
            writeLayout(out, other.layout());
            Fields.writeText(out, other.others());
        });
    }

    private static Optional<ValueSource.Snapshot> readSource(ByteBuffer in) {
        int kind = in.getInt();
        if (kind == 0) {
            return Optional.empty();
        }
        if (kind != 1 && kind != 2) {
            throw new IllegalArgumentException("source kind " + kind + ": 0 to 2 are known");
        }
        String directory = Fields.readText(in, "snapshot directory", Wire.MAX_TEXT);
        int count = Fields.readCount(in, "range files", 32);
        List<SnapshotFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = Fields.readText(in, "file name", Wire.MAX_TEXT);
            long length = in.getLong();
            String crc32c = Fields.readText(in, "checksum", 8);
            files.add(new SnapshotFile(name, length, crc32c, new KeyRange(in.getInt(), in.getInt())));
        }
        return Optional.of(new ValueSource.Snapshot(
                directory,
                files,
                kind == 1
                        ? Optional.empty()
                        : Optional.of(new ValueSource.Growth(
                                readLayout(in), Fields.readText(in, "URI of the other tensors", Wire.MAX_TEXT)))));
    }

    private static List<Long> readLongs(ByteBuffer in, String what) {
        int count = Fields.readCount(in, what, 8);
        List<Long> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(in.getLong());
        }
        return values;
    }
}
