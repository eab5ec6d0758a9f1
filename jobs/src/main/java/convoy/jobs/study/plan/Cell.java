package convoy.jobs.study.plan;

import java.util.List;
import java.util.Optional;

/**
 * What one trial is of.
 *
 * @param variant its name
 * @param point the index of the tuned setting; empty: the base's
 * @param seed of what varies
 * @param inside where it stands inside the seed, by an index for each level of that; none: the first, or the study has no levels
 * @param split which part of the training data it is scored on, of as many as the validation has; 0 where it has one
 */
public record Cell(String variant, Optional<Integer> point, long seed, List<Integer> inside, int split) {
    public Cell {
        inside = List.copyOf(inside);
    }

    /**
     * {@return the first one of a seed}
     *
     * @param variant its name
     * @param point the index of the tuned setting; empty: the base's
     * @param seed of what varies
     */
    public static Cell of(String variant, Optional<Integer> point, long seed) {
        return new Cell(variant, point, seed, List.of(), 0);
    }
}
