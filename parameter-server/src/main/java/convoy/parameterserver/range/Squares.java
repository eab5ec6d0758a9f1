package convoy.parameterserver.range;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.text.Counts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of squares of one step, of a tensor or of several.
 *
 * @param gradient of the averaged gradient, before it is clipped and decays
 * @param update of what the step added to the values
 */
public record Squares(double gradient, double update) {
    /**
     * {@return the sums of both}
     *
     * @param other of other tensors, or of another part
     */
    public Squares plus(Squares other) {
        return new Squares(gradient + other.gradient, update + other.update);
    }

    /** {@return the L2 norm of the gradient} */
    public double gradientNorm() {
        return Math.sqrt(gradient);
    }

    /** {@return the L2 norm of the update} */
    public double updateNorm() {
        return Math.sqrt(update);
    }

    /**
     * {@return the sums of each trained tensor by its name, in the order of the layout} Parts are added in the order of the
     * partitions, whose grid does not depend on the number of servers; so neither does the last bit.
     *
     * @param layout that the servers hold
     * @param servers what each has measured of one step, in the order of their ranges: gradient and update of each part of a
     *     trained tensor, partition by partition
     * @throws IllegalArgumentException if they are not as many as the layout has parts
     */
    public static Map<String, Squares> of(ParameterLayout layout, List<double[]> servers) {
        double[] all = servers.stream().flatMapToDouble(Arrays::stream).toArray();
        if (all.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "servers have measured " + Counts.plain(all.length, "sum") + " of squares, which come in pairs");
        }
        Map<String, Squares> squares = new LinkedHashMap<>();
        List<Segment> trained = layout.segments().stream()
                .filter(segment -> segment.role() != Segment.Role.STATISTIC)
                .toList();
        trained.forEach(segment -> squares.put(segment.name(), new Squares(0, 0)));
        int next = 0;
        for (int partition = 0; partition < layout.partitions(); partition++) {
            KeyRange keys = layout.partition(partition);
            for (Segment segment : trained) {
                if (segment.range().intersect(keys).size() > 0) {
                    if (next < all.length) {
                        squares.merge(segment.name(), new Squares(all[next], all[next + 1]), Squares::plus);
                    }
                    next += 2;
                }
            }
        }
        if (next != all.length) {
            throw new IllegalArgumentException(
                    "servers have measured " + Counts.plain(all.length, "sum") + " of squares, the layout has " + next);
        }
        return squares;
    }
}
