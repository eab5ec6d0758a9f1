package convoy.jobs.report.run;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well the held-out rows did.
 *
 * @param step updates done
 * @param epoch likewise
 * @param accuracy share of the rows, in [0, 1]
 * @param top5Accuracy no number where it is not written
 * @param loss no number if it is none
 * @param metrics figures of one's own, by their names; no number where they are none
 * @param rows that were scored
 */
@RecordBuilder
public record Scored(
        long step,
        double epoch,
        double accuracy,
        double top5Accuracy,
        double loss,
        SortedMap<String, Double> metrics,
        long rows) {
    public Scored {
        metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }
}
