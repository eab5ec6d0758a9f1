package convoy.jobs.study.plan;

import convoy.jobs.study.plan.VariantState.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What follows from a study and what has been recorded of it. A pure function: the order in which trials ended, how many ran at once
 * and what was killed between leave no trace, and to go on after a kill is to ask again.
 *
 * <p>Each variant goes its own way: its settings are searched with a seed of their own, the best one is chosen once all trials of the
 * search have ended, and trained with every seed of the study. Once all variants have come that far, the test set is read.
 */
public final class Plan {
    private final Design design;
    private final Function<Cell, Trial> trials;
    private final Search search;

    /**
     * Plans what a design wants.
     *
     * @param design what is to be trained
     * @param trials the trial of a cell, the same each time
     */
    public Plan(Design design, Function<Cell, Trial> trials) {
        this.design = design;
        this.trials = trials;
        this.search = new Search(design);
    }

    /**
     * {@return how it stands, and what is to be done}
     *
     * @param results all that is recorded
     */
    public StudyState state(Results results) {
        List<VariantState> variants = design.variants().stream()
                .map(variant -> variant(variant, results))
                .toList();
        return new StudyState(variants, next(variants, results), results.test());
    }

    private StudyState.Next next(List<VariantState> variants, Results results) {
        List<Assignment> work =
                variants.stream().flatMap(variant -> variant.work().stream()).toList();
        if (!work.isEmpty()) {
            return new StudyState.Train(work);
        }
        List<Trial> finished = variants.stream()
                .flatMap(variant -> variant.finished().stream())
                .map(Member::trial)
                .toList();
        if (design.study().test().isEmpty() || finished.isEmpty()) {
            return new StudyState.End(List.of());
        }
        return results.test()
                .<StudyState.Next>map(scores -> new StudyState.End(finished.stream()
                        .filter(trial -> !scores.containsKey(trial.id()))
                        .toList()))
                .orElseGet(() -> new StudyState.ReadTest(finished));
    }

    private VariantState variant(String variant, Results results) {
        if (!design.tunes()) {
            List<Member> comparing = compared(variant, Optional.empty(), results);
            return new VariantState(variant, List.of(), Optional.empty(), comparing, toTheEnd(comparing));
        }
        Search.Found found = search.found(candidates(variant, results));
        if (found.chosen().isEmpty()) {
            return new VariantState(variant, found.trials(), Optional.empty(), List.of(), found.work());
        }
        List<Member> comparing = compared(variant, found.chosen().get().cell().point(), results);
        return new VariantState(variant, found.trials(), found.chosen(), comparing, toTheEnd(comparing));
    }

    /** The settings of the search; of points that train the same, as whole numbers may, the first. */
    private List<Setting> candidates(String variant, Results results) {
        List<Setting> candidates = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int point : design.points()) {
            List<Cell> cells = design.tuningSeeds().stream()
                    .map(seed -> Cell.of(variant, Optional.of(point), seed))
                    .toList();
            if (seen.add(trials.apply(cells.get(0)).id())) {
                candidates.add(new Setting(
                        point,
                        cells.stream()
                                .map(cell -> search.member(cell, trials.apply(cell), results))
                                .toList()));
            }
        }
        return candidates;
    }

    private List<Member> compared(String variant, Optional<Integer> point, Results results) {
        List<Member> members = new ArrayList<>();
        for (long seed : design.study().seeds().values()) {
            for (List<Integer> place : design.study().seeds().places()) {
                for (int split = 0; split < design.study().validation().splits(); split++) {
                    Cell cell = new Cell(variant, point, seed, place, split);
                    members.add(search.member(cell, trials.apply(cell), results));
                }
            }
        }
        return members;
    }

    private static List<Assignment> toTheEnd(List<Member> members) {
        return members.stream()
                .filter(member -> member.fate() == Fate.OPEN)
                .flatMap(member -> Search.work(List.of(member), member.trial().epochs()).stream())
                .toList();
    }
}
