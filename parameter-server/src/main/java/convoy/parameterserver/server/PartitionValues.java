package convoy.parameterserver.server;

import convoy.parameterserver.files.RangeFile;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.update.Optimizer;
import convoy.parameterserver.update.UpdateRule;
import convoy.parameterserver.wire.ValuesMessage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One partition's values and the optimizer's slots of them, in its part of the range's arrays, and what an update does to
 * them. Not safe for use by several threads: they are the updating thread's while one updates, else the partition's lock
 * guards them.
 */
final class PartitionValues {
    /** Floats updated at once: gradient, values and two slots of them fit the second-level cache. */
    private static final int CHUNK = 16_384;

    /** Running sums of squares; {@link #CHUNK} is a multiple. */
    private static final int LANES = 8;

    private final UpdateRule rule;
    private final int leaves;

    /** This partition's part of the range's arrays. */
    private final KeyRange local;

    /** The trained part of {@link #local}; statistics follow it. */
    private final KeyRange trained;

    private final List<Piece> pieces;

    /** The trained tensors' parts of this partition. */
    private final List<KeyRange> tensors;

    private final float[] values;
    private final float[][] slots;

    /**
     * A run of elements that are updated alike.
     *
     * @param local where
     * @param statistic whether these are running statistics
     * @param decay weight decay of trained ones
     * @param momentum of running statistics
     * @param rate what the learning rate of trained ones is multiplied by
     * @param since the version from which on they are trained
     */
    private record Piece(KeyRange local, boolean statistic, double decay, double momentum, double rate, long since) {
        boolean isLike(Piece other) {
            return statistic == other.statistic
                    && decay == other.decay
                    && momentum == other.momentum
                    && rate == other.rate
                    && since == other.since;
        }
    }

    /** Turns a chunk of a step's sums into the gradient that is applied. */
    private interface Preparation {
        void prepare(int begin, int end);
    }

    /**
     * A partition's part of what its range has.
     *
     * @param partition its index in the layout
     * @param values of the whole range
     * @param slots of the range's trained part
     */
    PartitionValues(RangeSpec spec, int partition, float[] values, float[][] slots) {
        rule = spec.rule();
        leaves = spec.leaves();
        this.values = values;
        this.slots = slots;
        int base = spec.range().begin();
        KeyRange keys = spec.layout().partition(partition);
        local = new KeyRange(keys.begin() - base, keys.end() - base);
        int trainedEnd =
                Math.max(keys.begin(), Math.min(keys.end(), spec.layout().parameterCount()));
        trained = new KeyRange(local.begin(), trainedEnd - base);
        pieces = pieces(spec, keys, base);
        tensors = spec.layout().segments().stream()
                .filter(segment -> segment.role() != Segment.Role.STATISTIC)
                .map(segment -> segment.range().intersect(keys))
                .filter(part -> part.size() > 0)
                .map(part -> new KeyRange(part.begin() - base, part.end() - base))
                .toList();
    }

    private static List<Piece> pieces(RangeSpec spec, KeyRange keys, int base) {
        List<Piece> pieces = new ArrayList<>();
        for (Segment segment : spec.layout().segments()) {
            KeyRange shared = segment.range().intersect(keys);
            if (shared.size() == 0) {
                continue;
            }
            boolean statistic = segment.role() == Segment.Role.STATISTIC;
            double decay = spec.rule().weightDecay().rateOf(segment.role());
            Piece piece = new Piece(
                    new KeyRange(shared.begin() - base, shared.end() - base),
                    statistic,
                    decay,
                    segment.momentum(),
                    segment.rate(),
                    segment.since());
            if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).isLike(piece)) {
                int begin = pieces.remove(pieces.size() - 1).local.begin();
                piece = new Piece(
                        new KeyRange(begin, piece.local.end()),
                        statistic,
                        decay,
                        piece.momentum,
                        piece.rate,
                        piece.since);
            }
            pieces.add(piece);
        }
        return List.copyOf(pieces);
    }

    /** Where the partition lies in the range's arrays. */
    KeyRange local() {
        return local;
    }

    /** Takes first values. */
    void load(FloatBuffer first) {
        first.get(values, local.begin(), local.size());
    }

    /** Takes the values and slots of a copy. */
    void restore(RangeFile.Part copy) {
        System.arraycopy(copy.values(), 0, values, local.begin(), local.size());
        for (int slot = 0; slot < slots.length; slot++) {
            System.arraycopy(
                    copy.slots()[slot], 0, slots[slot], trained.size() == 0 ? 0 : trained.begin(), trained.size());
        }
    }

    /** Appends the values to a message. */
    void writeTo(ValuesMessage message) {
        message.put(values, local.begin(), local.end());
    }

    /** Copies of values and slots, for a snapshot. */
    RangeFile.Part copy() {
        float[][] copies = new float[slots.length][];
        for (int slot = 0; slot < slots.length; slot++) {
            // Of statistics alone there are no slots, not even at their place.
            copies[slot] = trained.size() == 0
                    ? new float[0]
                    : Arrays.copyOfRange(slots[slot], trained.begin(), trained.end());
        }
        return new RangeFile.Part(Arrays.copyOfRange(values, local.begin(), local.end()), copies);
    }

    /**
     * Averages a step's sums and returns the sum of squares of its gradient, in double precision and in an order that the
     * partition grid alone fixes: eight running sums (so that the processor can overlap them), added up at the end.
     */
    double averageAndSquare(float[] sums, long examples) {
        double[] lanes = new double[LANES];
        double rest = 0;
        for (int begin = local.begin(); begin < local.end(); begin += CHUNK) {
            int end = Math.min(local.end(), begin + CHUNK);
            average(sums, examples, begin, end);
            int trainedEnd = Math.min(end, trained.end());
            int whole = begin + Math.max(0, trainedEnd - begin) / LANES * LANES;
            addSquares(sums, begin, whole, lanes);
            for (int i = whole; i < trainedEnd; i++) {
                rest += (double) sums[i] * sums[i];
            }
        }
        return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7])) + rest;
    }

    private static void addSquares(float[] values, int begin, int end, double[] lanes) {
        double s0 = lanes[0];
        double s1 = lanes[1];
        double s2 = lanes[2];
        double s3 = lanes[3];
        double s4 = lanes[4];
        double s5 = lanes[5];
        double s6 = lanes[6];
        double s7 = lanes[7];
        for (int i = begin; i < end; i += LANES) {
            s0 += (double) values[i] * values[i];
            s1 += (double) values[i + 1] * values[i + 1];
            s2 += (double) values[i + 2] * values[i + 2];
            s3 += (double) values[i + 3] * values[i + 3];
            s4 += (double) values[i + 4] * values[i + 4];
            s5 += (double) values[i + 5] * values[i + 5];
            s6 += (double) values[i + 6] * values[i + 6];
            s7 += (double) values[i + 7] * values[i + 7];
        }
        lanes[0] = s0;
        lanes[1] = s1;
        lanes[2] = s2;
        lanes[3] = s3;
        lanes[4] = s4;
        lanes[5] = s5;
        lanes[6] = s6;
        lanes[7] = s7;
    }

    /** Turns the sums of trained elements into the mean over all examples, those of statistics into the mean over leaves. */
    private void average(float[] sums, long examples, int begin, int end) {
        int trainedEnd = Math.max(begin, Math.min(end, trained.end()));
        divide(sums, begin, trainedEnd, (float) examples);
        divide(sums, trainedEnd, end, (float) leaves);
    }

    private static void divide(float[] sums, int begin, int end, float by) {
        for (int i = begin; i < end; i++) {
            sums[i] /= by;
        }
    }

    private static void multiply(float[] sums, int begin, int end, float by) {
        for (int i = begin; i < end; i++) {
            sums[i] *= by;
        }
    }

    /** What can measure one step. */
    TensorSquares squares() {
        return new TensorSquares(tensors);
    }

    /** Averages a step's sums, applies them and appends the new values to a message; measures it if somebody wants that. */
    void update(Partition.Complete complete, ValuesMessage message, Optional<TensorSquares> squares) {
        float[] sums = complete.sums();
        apply(complete, message, squares, (begin, end) -> {
            average(sums, complete.examples(), begin, end);
            squares.ifPresent(one -> one.gradient(sums, begin, end));
        });
    }

    /**
     * Applies averaged sums of a step and appends the new values to a message; measures it if somebody wants that.
     *
     * @param scale what clipping multiplies the gradient by
     */
    void updateClipped(
            Partition.Complete complete, float scale, ValuesMessage message, Optional<TensorSquares> squares) {
        float[] mean = complete.sums();
        apply(complete, message, squares, (begin, end) -> {
            squares.ifPresent(one -> one.gradient(mean, begin, end));
            multiply(mean, begin, Math.min(end, trained.end()), scale);
        });
    }

    private void apply(
            Partition.Complete complete,
            ValuesMessage message,
            Optional<TensorSquares> squares,
            Preparation preparation) {
        long step = complete.step();
        float[] sums = complete.sums();
        double rate = rule.schedule().rate(step);
        // Everything that is to be done to a chunk is done while it is in the cache.
        for (int begin = local.begin(); begin < local.end(); begin += CHUNK) {
            int end = Math.min(local.end(), begin + CHUNK);
            int last = end;
            int first = begin;
            preparation.prepare(begin, end);
            squares.ifPresent(one -> one.before(values, first, last));
            for (Piece piece : pieces) {
                int from = Math.max(begin, piece.local.begin());
                int to = Math.min(end, piece.local.end());
                if (from < to) {
                    applyTo(piece, step, rate, sums, from, to);
                }
            }
            squares.ifPresent(one -> one.after(values, first, last));
            message.put(values, begin, end);
        }
    }

    private void applyTo(Piece piece, long step, double rate, float[] mean, int from, int to) {
        if (piece.statistic) {
            runStatistics(mean, piece.momentum, from, to);
        } else {
            Optimizer.Step one = new Optimizer.Step(rate * piece.rate, piece.decay, step + 1 - piece.since);
            rule.optimizer().update(values, mean, slots, from, to, one);
        }
    }

    /** {@code running = (1 - m) running + m batch}, in double precision like PyTorch's batch norm. */
    private void runStatistics(float[] means, double take, int begin, int end) {
        double keep = 1 - take;
        for (int i = begin; i < end; i++) {
            values[i] = (float) (take * means[i] + keep * values[i]);
        }
    }
}
