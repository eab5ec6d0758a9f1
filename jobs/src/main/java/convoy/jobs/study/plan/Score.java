package convoy.jobs.study.plan;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.Comparator;

/**
 * How a trial did on held-out rows at some epoch.
 *
 * @param rows images scored, one or more
 * @param right images whose label had the highest score
 * @param loss mean cross-entropy
 */
public record Score(long rows, long right, double loss) {
    /** The better one first: more of the images right, then the lower loss. */
    public static final Comparator<Score> BEST_FIRST =
            Comparator.comparingDouble(Score::accuracy).reversed().thenComparingDouble(Score::loss);

    public Score {
        if (rows < 1 || right < 0 || right > rows) {
            throw new BadInputException("a score of " + right + " right of " + Counts.plain(rows, "image")
                    + " is none: rows is 1 or more," + " right between 0 and rows");
        }
    }

    /** {@return the share of images that are right, in [0, 1]} */
    public double accuracy() {
        return (double) right / rows;
    }
}
