package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.Comparison;
import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.Holm;
import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.statistics.Pairs;
import convoy.jobs.study.statistics.Summary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * From the numbers of a study to its verdicts. The first of these that holds: no pair; one pair; no scores could have rejected; every pair is
 * a tie; the t test knows no spread; not rejected; rejected. For one thread.
 */
public final class Rules {
    /** The power that "would have been found" is said of. */
    public static final double POWER = 0.8;

    private final Measure measure;
    /** What was asked before, since an answer takes a simulation. */
    private final Map<Question, OptionalDouble> answers = new HashMap<>();

    private record Question(PairedTest test, int pairs, double level) {}

    /**
     * Judges scores of one measure.
     *
     * @param measure what the scores are of
     */
    public Rules(Measure measure) {
        this.measure = measure;
    }

    /**
     * {@return what is said of each comparison, in the order of the family}
     *
     * @param family of comparisons
     */
    public List<Statement> statements(Family family) {
        // Corrected p rises with every p of the family: where all are as small as can be, it is as small as can be.
        List<Double> smallest = Holm.adjust(family.members().stream()
                .map(member ->
                        family.test().smallestP(member.comparison().pairs().size()))
                .toList());
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < smallest.size(); i++) {
            Family.Member member = family.members().get(i);
            statements.add(new Statement(
                    member, Missing.sentence(member.comparison().pairs()), verdict(family, member, smallest.get(i))));
        }
        return List.copyOf(statements);
    }

    private Verdict verdict(Family family, Family.Member member, double smallestAdjusted) {
        Comparison comparison = member.comparison();
        Pairs pairs = comparison.pairs();
        Optional<Summary> difference = comparison.difference();
        String variant = pairs.variant().variant();
        String baseline = pairs.baseline().variant();
        if (difference.isEmpty()) {
            return new Verdict.NothingToCompare(variant, baseline);
        }
        Lead lead = Lead.of(comparison, difference.get(), measure);
        int needed = family.test().fewestPairs(family.strictest());
        if (pairs.size() == 1) {
            return new Verdict.OneSeed(lead, needed);
        }
        Evidence evidence =
                new Evidence(member.adjusted(), family.level(), family.members().size(), pairs.size());
        if (smallestAdjusted > family.level()) {
            double smallestP = family.test().smallestP(pairs.size());
            return new Verdict.CannotReject(lead, evidence, family.test().title(), smallestP, smallestAdjusted, needed);
        }
        if (comparison.signedRank().ranked() == 0) {
            return new Verdict.Ties(variant, baseline, pairs.size());
        }
        if (family.test().needsSpread() && comparison.student().isEmpty()) {
            return new Verdict.NoSpread(lead, pairs.size());
        }
        if (member.adjusted() > family.level()) {
            return new Verdict.NotShown(lead, evidence, detectable(family, difference.get()));
        }
        double direction = family.test().direction(comparison);
        if (lead.by() == 0 || direction * difference.get().mean() < 0) {
            boolean variantLeads = measure.oriented(direction) > 0;
            return new Verdict.AtOdds(lead, variantLeads ? variant : baseline, evidence);
        }
        return new Verdict.Better(lead, evidence, divergedMoreOften(pairs, lead));
    }

    /** In the measure's unit. */
    private OptionalDouble detectable(Family family, Summary difference) {
        OptionalDouble effect = answers.computeIfAbsent(
                new Question(family.test(), difference.values(), family.strictest()),
                asked -> asked.test().detectable(asked.pairs(), POWER, asked.level()));
        double deviation = difference.deviation().orElse(0);
        return effect.isPresent() && deviation > 0
                ? OptionalDouble.of(effect.getAsDouble() * deviation * measure.scale())
                : OptionalDouble.empty();
    }

    private static boolean divergedMoreOften(Pairs pairs, Lead lead) {
        boolean variantIsAhead = pairs.variant().variant().equals(lead.ahead());
        int ahead =
                (variantIsAhead ? pairs.variant() : pairs.baseline()).diverged().size();
        int behind =
                (variantIsAhead ? pairs.baseline() : pairs.variant()).diverged().size();
        return ahead > behind;
    }
}
