package convoy.jobs.retrain.comparison;

import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.Optional;

/**
 * By how much a challenger has to be ahead.
 *
 * @param points percentage points of accuracy
 * @param spread of seeds, if it is that which asks for so much, and not the pipeline
 */
public record Margin(double points, Optional<SeedSpread> spread) {
    /** The larger one of what the pipeline asks for and of what seeds do by chance. */
    static Margin of(PromotionRules rules, Optional<SeedSpread> spread) {
        return spread.filter(seeds -> seeds.lead(rules.level()) > rules.margin())
                .map(seeds -> new Margin(seeds.lead(rules.level()), spread))
                .orElse(new Margin(rules.margin(), Optional.empty()));
    }

    /** Why it is so. */
    String reason() {
        return spread.map(seeds -> "by which two seeds of one recipe may be apart by chance (standard deviation "
                        + Figures.digits(seeds.deviation(), 3) + " over " + Counts.plain(seeds.seeds(), "seed") + ")")
                .orElse("which the pipeline asks for");
    }
}
