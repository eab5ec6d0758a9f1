package convoy.parameterserver.layout;

import convoy.records.CanonicalText;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The flat vector: trainable tensors in {@code [0, parameterCount)}, running statistics in {@code [parameterCount,
 * size)}.
 *
 * <p>The grid of partitions follows from the number of floats alone, never from the number of servers. A server owns a
 * run of whole partitions, so whatever is computed per partition (the sum of squares of the global norm, say) has the
 * same bits on any number of servers.
 *
 * @param segments the tensors, end to end from index 0, statistics last
 */
public record ParameterLayout(List<Segment> segments) {
    /** The most floats in a partition: 1 MiB, the message size at which the transport is fastest. */
    public static final int MAX_PARTITION_SIZE = 262_144;

    private static final int MIN_PARTITION_SIZE = 1_024;
    private static final int WANTED_PARTITIONS = 16;

    /** Refuses gaps, overlaps, duplicate names and a trained tensor behind a statistic. */
    public ParameterLayout {
        segments = List.copyOf(segments);
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("a layout needs at least one tensor");
        }
        Set<String> names = new HashSet<>();
        int next = 0;
        boolean statistics = false;
        for (Segment segment : segments) {
            if (segment.begin() != next) {
                throw new IllegalArgumentException("tensor '" + segment.name() + "' begins at " + segment.begin()
                        + ": the tensors before it end at " + next);
            }
            if (!names.add(segment.name())) {
                throw new IllegalArgumentException("tensor '" + segment.name() + "' occurs twice");
            }
            if (statistics && segment.role() != Segment.Role.STATISTIC) {
                throw new IllegalArgumentException("tensor '" + segment.name()
                        + "' is trained but lies behind a running statistic: statistics come last");
            }
            statistics = segment.role() == Segment.Role.STATISTIC;
            next = segment.range().end();
        }
    }

    /** {@return the length of the flat vector: parameters and statistics} */
    public int size() {
        return segments.get(segments.size() - 1).range().end();
    }

    /** {@return the number of trainable floats; they come first} */
    public int parameterCount() {
        int count = 0;
        for (Segment segment : segments) {
            if (segment.role() != Segment.Role.STATISTIC) {
                count = segment.range().end();
            }
        }
        return count;
    }

    /** {@return the floats in every partition but the last: a sixteenth of the vector, in whole 4 KiB, at most 1 MiB} */
    public int partitionSize() {
        long rounded = ceilDiv(ceilDiv(size(), WANTED_PARTITIONS), MIN_PARTITION_SIZE) * MIN_PARTITION_SIZE;
        return (int) Math.max(MIN_PARTITION_SIZE, Math.min(MAX_PARTITION_SIZE, rounded));
    }

    /** {@return the number of partitions} */
    public int partitions() {
        return (int) ceilDiv(size(), partitionSize());
    }

    /**
     * {@return where partition {@code partition} lies in the flat vector}
     *
     * @param partition counted from 0
     */
    public KeyRange partition(int partition) {
        if (partition < 0 || partition >= partitions()) {
            throw new IllegalArgumentException("partition " + partition + ": the layout has " + partitions());
        }
        long begin = (long) partition * partitionSize();
        return new KeyRange((int) begin, (int) Math.min(size(), begin + partitionSize()));
    }

    /**
     * {@return the partitions {@code [begin, end)} of server {@code server} of {@code servers}: an even split}
     *
     * @param server the range's index, counted from 0
     * @param servers how many ranges there are, at least 1 and at most one for each partition
     */
    public KeyRange partitionsOf(int server, int servers) {
        if (servers < 1 || servers > partitions()) {
            throw new IllegalArgumentException("servers = " + servers + ": a model of " + Counts.plain(size(), "float")
                    + " has " + Counts.plain(partitions(), "partition") + ", so use 1 to "
                    + Counts.plain(partitions(), "server"));
        }
        if (server < 0 || server >= servers) {
            throw new IllegalArgumentException("server " + server + " of " + servers + ": servers count from 0");
        }
        return new KeyRange(
                (int) ((long) server * partitions() / servers), (int) ((server + 1L) * partitions() / servers));
    }

    /**
     * {@return the server of {@code servers} that owns {@code partition}}
     *
     * @param partition counted from 0
     * @param servers how many ranges there are, at least 1 and at most one for each partition
     */
    public int serverOf(int partition, int servers) {
        if (partition < 0 || partition >= partitions()) {
            throw new IllegalArgumentException("partition " + partition + ": the layout has " + partitions());
        }
        return (int) (((partition + 1L) * servers - 1) / partitions());
    }

    /**
     * {@return the key range of each of {@code servers} servers: whole partitions, evenly split}
     *
     * @param servers how many ranges there are, at least 1 and at most one for each partition
     */
    public List<KeyRange> ranges(int servers) {
        List<KeyRange> ranges = new ArrayList<>(servers);
        for (int server = 0; server < servers; server++) {
            KeyRange owned = partitionsOf(server, servers);
            ranges.add(new KeyRange(
                    partition(owned.begin()).begin(), partition(owned.end() - 1).end()));
        }
        return List.copyOf(ranges);
    }

    /**
     * {@return the tensor of that name}
     *
     * @param name as PyTorch has it
     * @throws IllegalArgumentException if there is none
     */
    public Segment segment(String name) {
        for (Segment segment : segments) {
            if (segment.name().equals(name)) {
                return segment;
            }
        }
        throw new IllegalArgumentException("no tensor is called '" + name + "'");
    }

    /**
     * {@return the layout without some of its tensors; those that are left move together}
     *
     * @param names of those that are left out; others than the layout's count for nothing
     * @throws IllegalArgumentException if none is left
     */
    public ParameterLayout without(Set<String> names) {
        List<Segment> left = new ArrayList<>();
        int begin = 0;
        for (Segment segment : segments) {
            if (!names.contains(segment.name())) {
                left.add(segment.withBegin(begin));
                begin += segment.size();
            }
        }
        return new ParameterLayout(left);
    }

    /**
     * {@return SHA-256 (64 hexadecimal digits) of every name, shape, role and momentum: of what the values are, not of
     * how they are trained}
     */
    public String fingerprint() {
        List<Stored> tensors = segments.stream()
                .map(segment -> new Stored(segment.name(), segment.shape(), segment.role(), segment.momentum()))
                .toList();
        return CanonicalText.fingerprint("layout", new StoredTensors(tensors));
    }

    private record StoredTensors(List<Stored> tensors) {}

    /** What the values of a tensor are. */
    private record Stored(String name, List<Integer> shape, Segment.Role role, double momentum) {}

    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
