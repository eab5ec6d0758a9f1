package convoy.jobs.study.tuning;

import convoy.records.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The points of a space that are tried: the same for every variant. */
public final class Points {
    private Points() {}

    /**
     * Draws points.
     *
     * @param draw how
     * @param seed by which they are drawn
     * @param space the dimensions by their keys
     * @param trials how many; a grid has as many as it has
     * @return of each point the value of each key
     */
    public static List<Map<String, Value>> draw(Draw draw, long seed, Map<String, Dimension> space, int trials) {
        if (draw == Draw.GRID) {
            return grid(space);
        }
        List<Map<String, Value>> points = new ArrayList<>();
        for (int index = 0; index < trials; index++) {
            double[] coordinates = draw.coordinates(seed, index, space.size());
            Map<String, Value> point = new LinkedHashMap<>();
            int d = 0;
            for (Map.Entry<String, Dimension> dimension : space.entrySet()) {
                point.put(dimension.getKey(), dimension.getValue().at(coordinates[d++]));
            }
            points.add(point);
        }
        return points;
    }

    private static List<Map<String, Value>> grid(Map<String, Dimension> space) {
        List<Map<String, Value>> points = List.of(Map.of());
        for (Map.Entry<String, Dimension> dimension : space.entrySet()) {
            List<Map<String, Value>> longer = new ArrayList<>();
            for (Map<String, Value> point : points) {
                for (Value value : dimension.getValue().grid()) {
                    Map<String, Value> next = new LinkedHashMap<>(point);
                    next.put(dimension.getKey(), value);
                    longer.add(next);
                }
            }
            points = longer;
        }
        return points;
    }

    /**
     * {@return how many points a grid has}
     *
     * @param space the dimensions by their keys
     */
    public static long gridSize(Map<String, Dimension> space) {
        return space.values().stream()
                .mapToLong(dimension -> dimension.grid().size())
                .reduce(1, Math::multiplyExact);
    }
}
