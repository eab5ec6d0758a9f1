package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.statistics.McNemarTest;
import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.jobs.retrain.statistics.ScoreInterval;
import convoy.jobs.study.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From answers to a verdict, by a pipeline's rules. A challenger is promoted if all of these hold: McNemar's exact test, one-sided, rejects
 * that it is no better; its lead is the margin or more; no class has lost more than the limit by a one-sided exact test, corrected by Holm
 * over the classes.
 */
public final class Judge {
    private static final double CONFIDENCE = 0.95;

    private final PromotionRules rules;

    /** @param rules of the pipeline */
    public Judge(PromotionRules rules) {
        this.rules = rules;
    }

    /**
     * {@return the verdict}
     *
     * @param tally of the held-out rows, one or more
     * @param spread over seeds, where the champion's history shows one
     */
    public PromotionVerdict verdict(Tally tally, Optional<SeedSpread> spread) {
        PairedCounts all = tally.all();
        McNemarTest test = McNemarTest.of(all);
        Margin margin = Margin.of(rules, spread);
        double lead = Points.of(all.lead());
        List<Reason> reasons = new ArrayList<>();
        if (McNemarTest.smallestP(all.discordant()) > rules.level()) {
            reasons.add(new Reason.TooFewDiffer(all.discordant(), McNemarTest.smallestP(all.discordant())));
        } else if (test.better() > rules.level()) {
            reasons.add(new Reason.NotShown(test.better(), all));
        }
        if (lead <= 0 || lead < margin.points()) {
            reasons.add(new Reason.BelowMargin(lead, margin));
        }
        List<ClassChange> watched = new ArrayList<>();
        for (ClassChange change : losses(tally)) {
            if (change.p() <= rules.level()) {
                reasons.add(new Reason.ClassWorse(change));
            } else {
                watched.add(change);
            }
        }
        Contest contest = new Contest(all, test, ScoreInterval.of(all, CONFIDENCE), rules.level(), watched);
        return reasons.isEmpty()
                ? new PromotionVerdict.Promote(contest, margin)
                : new PromotionVerdict.Keep(contest, reasons);
    }

    /** Classes that lost more than the limit. */
    private List<ClassChange> losses(Tally tally) {
        List<Integer> tested = new ArrayList<>();
        for (int label = 0; label < tally.classes().size(); label++) {
            if (tally.counts().get(label).rows() > 0) {
                tested.add(label);
            }
        }
        List<Double> adjusted = Holm.adjust(tested.stream()
                .map(label -> McNemarTest.of(tally.counts().get(label)).worse())
                .toList());
        List<ClassChange> losses = new ArrayList<>();
        for (int i = 0; i < tested.size(); i++) {
            int label = tested.get(i);
            ClassChange change = new ClassChange(
                    tally.classes().get(label),
                    tally.counts().get(label),
                    adjusted.get(i),
                    tested.size(),
                    rules.classLimit());
            if (change.loss() > rules.classLimit()) {
                losses.add(change);
            }
        }
        return losses;
    }
}
