package convoy.jobs.study.findings;

import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.statistics.Summary;
import convoy.jobs.study.statistics.VarianceSplit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a study found. The same trials give the same findings, whatever was killed on the way.
 *
 * @param asked what it was to answer, and by what
 * @param answer a sentence for each comparison
 * @param remarks what a reader has to know besides
 * @param variants in the study's order
 * @param comparisons in the order of the sentences
 * @param trials all that were begun, variant by variant, the search first
 */
public record Findings(
        Asked asked,
        List<String> answer,
        List<String> remarks,
        List<VariantFigures> variants,
        List<Family.Member> comparisons,
        List<TrialFigures> trials) {
    public Findings {
        answer = List.copyOf(answer);
        remarks = List.copyOf(remarks);
        variants = List.copyOf(variants);
        comparisons = List.copyOf(comparisons);
        trials = List.copyOf(trials);
    }

    /**
     * What was asked.
     *
     * @param study its name
     * @param question in a person's words
     * @param rows what the accuracies are of: "test" or "validation"
     * @param test that decided
     * @param level the probability of any false alarm
     */
    public record Asked(String study, String question, String rows, PairedTest test, double level) {
        /** What the figures are of, as "test accuracy". */
        String outcome() {
            return rows + " accuracy";
        }
    }

    /**
     * What became of a variant's seeds.
     *
     * @param ended that have a score
     * @param diverged that have none since a loss was none or beyond the bound
     * @param crashed whose trials broke off, again and again
     */
    public record Fates(int ended, int diverged, int crashed) {}

    /**
     * One variant.
     *
     * @param name in the study
     * @param settings that were chosen for it, by key; none where nothing was tuned
     * @param fates of its seeds
     * @param figures of its scores; empty if it has none
     * @param sources of their variance; empty where nothing was varied inside seeds, or fewer than two ended
     */
    public record VariantFigures(
            String name,
            Map<String, String> settings,
            Fates fates,
            Optional<Summary> figures,
            Optional<VarianceSplit> sources) {
        public VariantFigures {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    /**
     * One trial.
     *
     * @param id its directory's name
     * @param cell what it is of
     * @param search whether it searched for settings
     * @param fate what became of it, in a word
     * @param record all that is known of it
     * @param test its score on the test set, if it was read by it
     */
    public record TrialFigures(
            String id, Cell cell, boolean search, String fate, TrialRecord record, Optional<Score> test) {}
}
