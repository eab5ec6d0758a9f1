package convoy.parameterserver.layout;

import java.util.ArrayList;
import java.util.List;

/** Layouts of made-up networks, for tests. */
public final class Layouts {
    private Layouts() {}

    /** Tensors of every role, so that pieces of different treatment meet inside partitions. */
    public static ParameterLayout ofEveryRole(int weights, int statistics) {
        List<Segment> segments = new ArrayList<>();
        add(segments, "conv.weight", List.of(weights / 10, 5), Segment.Role.WEIGHT, 0);
        add(segments, "bn.weight", List.of(statistics), Segment.Role.NORM, 0);
        add(segments, "bn.bias", List.of(statistics), Segment.Role.NORM, 0);
        add(segments, "fc.weight", List.of(weights / 10, 5), Segment.Role.WEIGHT, 0);
        add(segments, "fc.bias", List.of(37), Segment.Role.BIAS, 0);
        add(segments, "bn.running_mean", List.of(statistics), Segment.Role.STATISTIC, 0.1);
        add(segments, "bn.running_var", List.of(statistics), Segment.Role.STATISTIC, 0.1);
        return new ParameterLayout(segments);
    }

    private static void add(
            List<Segment> segments, String name, List<Integer> shape, Segment.Role role, double momentum) {
        int begin = segments.isEmpty()
                ? 0
                : segments.get(segments.size() - 1).range().end();
        segments.add(Segment.of(name, shape, begin, role, momentum));
    }
}
