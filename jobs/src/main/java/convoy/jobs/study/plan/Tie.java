package convoy.jobs.study.plan;

import convoy.jobs.study.plan.TrialRecord.Reached;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A search that told no settings apart: whenever trials were judged, all of them had as many rows right, as where none has learnt anything.
 *
 * @param variant whose settings were searched
 * @param settings that were tried and judged
 * @param best score of the one that was chosen
 */
public record Tie(String variant, int settings, Score best) {
    /**
     * {@return the ties among the searches of all variants whose setting is chosen}
     *
     * @param state how a study stands
     */
    public static List<Tie> of(StudyState state) {
        List<Tie> ties = new ArrayList<>();
        for (VariantState variant : state.variants()) {
            List<TrialRecord> judged = variant.tuning().stream()
                    .map(VariantState.Member::record)
                    .filter(record -> !record.reached().isEmpty())
                    .toList();
            Optional<Score> best = variant.chosen().flatMap(VariantState.Member::score);
            if (best.isPresent() && judged.size() > 1 && isTie(judged)) {
                long settings = variant.tuning().stream()
                        .filter(member -> !member.record().reached().isEmpty())
                        .map(member -> member.cell().point())
                        .distinct()
                        .count();
                ties.add(new Tie(variant.variant(), (int) settings, best.get()));
            }
        }
        return ties;
    }

    private static boolean isTie(List<TrialRecord> judged) {
        Map<Integer, Long> right = new HashMap<>();
        for (TrialRecord record : judged) {
            for (Reached reached : record.reached()) {
                long mine = reached.score().right();
                if (right.merge(reached.epoch(), mine, (first, next) -> first) != mine) {
                    return false;
                }
            }
        }
        return true;
    }

    /** {@return it in a line} */
    public String sentence() {
        return "variant " + variant + ": the " + Counts.of(settings, "setting")
                + " that were tried had equally many rows right whenever they were judged, "
                + Counts.of(best.right(), "row") + " of " + best.rows()
                + " at the end, so that the loss alone chose among them; if guessing gives as much, nothing is known of the"
                + " settings: search others, or for longer, in a study of another name";
    }
}
