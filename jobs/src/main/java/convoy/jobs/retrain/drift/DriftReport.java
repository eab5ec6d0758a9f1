package convoy.jobs.retrain.drift;

import java.util.Comparator;
import java.util.List;

/**
 * All that was found of new data.
 *
 * @param findings refusals first, then warnings, each in the order in which they are looked for
 */
public record DriftReport(List<Finding> findings) {
    public DriftReport {
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::grade).reversed())
                .toList();
    }

    /** {@return what follows from all of it} */
    public Grade grade() {
        return findings.stream()
                .map(Finding::grade)
                .max(Comparator.naturalOrder())
                .orElse(Grade.FINE);
    }

    /**
     * {@return the findings of a grade}
     *
     * @param grade of each
     */
    public List<Finding> of(Grade grade) {
        return findings.stream().filter(finding -> finding.grade() == grade).toList();
    }

    /** {@return refusals and warnings, a sentence each} */
    public List<String> sentences() {
        return findings.stream()
                .filter(finding -> finding.grade() != Grade.FINE)
                .map(Finding::sentence)
                .toList();
    }
}
