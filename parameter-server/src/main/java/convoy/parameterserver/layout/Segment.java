package convoy.parameterserver.layout;

import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * One tensor's place in the flat vector.
 *
 * @param name the tensor's name, e.g. {@code layer1.0.conv1.weight}
 * @param shape its dimensions, row-major; an empty list is a scalar
 * @param begin index of its first element in the flat vector
 * @param role how the servers treat it
 * @param momentum for a {@link Role#STATISTIC} the weight of the new batch statistic, {@code running = (1 - momentum)
 *     running + momentum batch}; 0 for every other role
 * @param rate what the schedule's learning rate is multiplied by for it
 * @param since the version from which on it is trained: its first update is the one of step {@code since}, as the optimizer
 *     counts
 */
@RecordBuilder
public record Segment(String name, List<Integer> shape, int begin, Role role, double momentum, double rate, long since)
        implements SegmentBuilder.With {
    /** What a tensor is to the optimizer. */
    public enum Role {
        /** A kernel or matrix: trained, decayed. */
        WEIGHT,
        /** A bias: trained, decayed only with {@code WeightDecay.Scope.ALL}. */
        BIAS,
        /** Scale or shift of a normalization: trained, decayed only with {@code WeightDecay.Scope.ALL}. */
        NORM,
        /** A running mean or variance: averaged over micro-batches, never touched by the optimizer. */
        STATISTIC
    }

    /**
     * {@return a tensor that is trained from the beginning, with the schedule's learning rate}
     *
     * @param name as PyTorch has it
     * @param shape its dimensions, row-major; an empty list is a scalar
     * @param begin index of its first element in the flat vector
     * @param role how the servers treat it
     * @param momentum of a {@link Role#STATISTIC}, in [0, 1]; 0 for every other role
     */
    public static Segment of(String name, List<Integer> shape, int begin, Role role, double momentum) {
        return SegmentBuilder.builder()
                .name(name)
                .shape(shape)
                .begin(begin)
                .role(role)
                .momentum(momentum)
                .rate(1)
                .build();
    }

    /** Refuses sizes that do not fit an array and momenta outside {@code [0, 1]}. */
    public Segment {
        shape = List.copyOf(shape);
        long size = 1;
        for (int dimension : shape) {
            if (dimension < 1) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' has shape " + shape + ": every dimension must be at least 1");
            }
            size *= dimension;
            if (size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("tensor '" + name + "' has shape " + shape + ": more than "
                        + Integer.MAX_VALUE + " elements do not fit the flat vector");
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " has no name");
        }
        if (begin < 0 || begin + size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("tensor '" + name + "' lies at " + begin + " with "
                    + Counts.plain(size, "element") + ": the flat vector holds at most " + Integer.MAX_VALUE);
        }
        if (!(momentum >= 0 && momentum <= 1) || (role != Role.STATISTIC && momentum != 0)) {
            throw new IllegalArgumentException("tensor '" + name + "' (" + role + ") has momentum " + momentum
                    + ": a statistic's lies in [0, 1], any other role's is 0");
        }
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY) || since < 0) {
            throw new IllegalArgumentException("tensor '" + name + "' is trained since version " + since
                    + " with the learning rate times " + rate + ": the one is 0 or more, the other positive");
        }
    }

    /** {@return the number of elements} */
    public int size() {
        int size = 1;
        for (int dimension : shape) {
            size *= dimension;
        }
        return size;
    }

    /** {@return where this tensor lies in the flat vector} */
    public KeyRange range() {
        return new KeyRange(begin, begin + size());
    }
}
