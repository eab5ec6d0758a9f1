package convoy.jobs.study.file;

import convoy.jobs.study.tuning.Dimension;
import convoy.jobs.study.tuning.Draw;
import convoy.jobs.study.tuning.Points;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.Value;
import convoy.records.annotation.Default;
import convoy.records.text.Counts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How settings that are no part of the question are chosen for each variant: the same points of the same space for all.
 *
 * @param trials how many points; empty, of a grid alone: all that it has
 * @param draw how they are drawn
 * @param seed by which they are drawn, and of their trials: none of those that are compared
 * @param seeds how many each point is trained with, from {@code seed} on; the mean over them chooses
 * @param space the nuisance parameters: keys of the run file, and what each may be
 */
public record Tuning(
        Optional<Integer> trials,
        @Default("sobol") Draw draw,
        @Default("0") long seed,
        @Default("1") int seeds,
        Map<String, Dimension> space) {
    /** Directions of the Sobol sequence are known for more; nobody tunes so many. */
    private static final int MOST = 64;

    private static final int MOST_SEEDS = 100;

    /** Trials of a variant's tuning: beyond that the space is mistaken for a budget. */
    private static final int MOST_TRIALS = 10_000;

    public Tuning {
        space = Collections.unmodifiableMap(new LinkedHashMap<>(space));
        Refusal.requireAtLeast("seeds", seeds, 1, "1 trains each point once");
        if (seeds > MOST_SEEDS) {
            throw new BadInputException(Refusal.of("seeds", seeds)
                    .because("> " + MOST_SEEDS)
                    .instead("a few show which settings a dead start would hide"));
        }
        if (space.isEmpty() || space.size() > MOST) {
            throw new BadInputException(Refusal.of("space")
                    .because("has " + Counts.plain(space.size(), "key"))
                    .instead("give 1 to " + MOST + " keys of the run file that are tuned, or leave tuning out"));
        }
        if (draw == Draw.GRID) {
            long points = Points.gridSize(space);
            if (points > MOST_TRIALS
                    || trials.filter(number -> number != points).isPresent()) {
                throw new BadInputException(
                        Refusal.of("trials", trials.map(String::valueOf).orElse("null"))
                                .because(", and the grid has " + Counts.plain(points, "point"), "space", "draw")
                                .instead("leave trials out with a grid of " + MOST_TRIALS
                                        + " points at most, or draw sobol points in the same space"));
            }
        } else {
            if (trials.isEmpty()) {
                throw new BadInputException(Refusal.of("trials", "null")
                        .because(", and only a grid says by itself how many points it has", "draw")
                        .instead("give a number, 8 for example"));
            }
            Refusal.requireAtLeast("trials", trials.get(), 1, "try one point or more");
            if (trials.get() > MOST_TRIALS) {
                throw new BadInputException(Refusal.of("trials", trials.get())
                        .because("> " + MOST_TRIALS)
                        .instead("try fewer points"));
            }
        }
    }

    /** {@return the points, in their order: the value of each key} */
    public List<Map<String, Value>> points() {
        return Points.draw(draw, seed, space, trials.orElse(0));
    }

    /** {@return the seeds of its trials} */
    public List<Long> trialSeeds() {
        return LongStream.range(seed, seed + seeds).boxed().toList();
    }
}
