package convoy.jobs.study.findings;

import convoy.jobs.study.file.Seeds;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.statistics.VarianceSplit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Splits the variance of a variant's scores by what was varied outside and inside of its seeds. Scores are means over folds, as
 * everywhere: those are no source of their own.
 */
final class SourceSplit {
    private SourceSplit() {}

    /**
     * Of the trials of seeds that ended whole, so that all groups are of one size.
     *
     * @param members in the order of seeds, places and parts
     * @return empty if nothing is varied inside seeds, or fewer than two seeds ended whole
     */
    static Optional<VarianceSplit> of(Seeds seeds, List<Member> members, ToDoubleFunction<Member> accuracy) {
        Map<Long, Map<List<Integer>, List<Double>>> bySeed = new LinkedHashMap<>();
        members.forEach(member -> bySeed.computeIfAbsent(member.cell().seed(), seed -> new LinkedHashMap<>())
                .computeIfAbsent(member.cell().inside(), place -> new ArrayList<>())
                .add(accuracy.applyAsDouble(member)));
        if (seeds.inside().isEmpty() || bySeed.size() < 2) {
            return Optional.empty();
        }
        List<List<Double>> groups = bySeed.values().stream()
                .map(places -> places.values().stream().map(SourceSplit::mean).toList())
                .toList();
        List<String> titles = seeds.titles();
        if (seeds.inside().size() == 1) {
            return Optional.of(VarianceSplit.oneWay(titles.get(0), titles.get(1), groups));
        }
        int width = seeds.inside().get(1).repeats();
        return Optional.of(VarianceSplit.nested(
                titles.get(0),
                titles.get(1),
                titles.get(2),
                groups.stream().map(group -> cut(group, width)).toList()));
    }

    private static List<List<Double>> cut(List<Double> group, int width) {
        List<List<Double>> pieces = new ArrayList<>();
        for (int i = 0; i < group.size(); i += width) {
            pieces.add(group.subList(i, i + width));
        }
        return pieces;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
