package convoy.jobs.study.plan;

import java.util.Optional;

/**
 * What one trial is of.
 *
 * @param variant its name
 * @param point the index of the tuned setting; empty: the base's
 * @param seed of what varies
 * @param split which part of the training data it is scored on, of as many as the validation has; 0 where it has one
 */
public record Cell(String variant, Optional<Integer> point, long seed, int split) {}
