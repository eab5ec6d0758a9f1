package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.Family;
import java.util.Optional;

/**
 * What is said of one comparison of a study.
 *
 * @param member the comparison
 * @param missing said first: trials that did not end
 * @param verdict what follows from it
 */
public record Statement(Family.Member member, Optional<String> missing, Verdict verdict) {
    /**
     * {@return the whole of it}
     *
     * @param measure what the scores are of
     */
    public String text(Measure measure) {
        return missing.map(first -> first + " ").orElse("") + verdict.sentence(measure);
    }
}
