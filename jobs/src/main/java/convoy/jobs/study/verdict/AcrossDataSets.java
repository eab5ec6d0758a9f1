package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.FriedmanTest;
import convoy.jobs.study.statistics.NemenyiTest;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is said of variants over several data sets: Friedman's test first, and Nemenyi's only where it rejects.
 *
 * @param variants their names, in the order of the test's ranks
 * @param friedman the first test
 * @param level of both tests
 */
public record AcrossDataSets(List<String> variants, FriedmanTest friedman, double level) {
    public AcrossDataSets {
        variants = List.copyOf(variants);
        if (variants.size() != friedman.ranks().size()) {
            throw new BadInputException(Refusal.of("variants", Counts.plain(variants.size(), "name"))
                    .because("for " + Counts.plain(friedman.ranks().size(), "rank"), "friedman")
                    .instead("name each variant"));
        }
    }

    /**
     * Tests a table.
     *
     * @param variants their names, in the order of each row of the scores
     * @param scores for each data set the score of each variant
     * @param measure what the scores are of
     * @param level of both tests, in (0, 1)
     * @return the tests of a table
     */
    public static AcrossDataSets of(List<String> variants, List<List<Double>> scores, Measure measure, double level) {
        List<List<Double>> oriented = scores.stream()
                .map(row -> row.stream().map(measure::oriented).toList())
                .toList();
        return new AcrossDataSets(variants, FriedmanTest.of(oriented), level);
    }

    /** {@return what is said: one sentence, or two where the first test rejects} */
    public String text() {
        String of =
                Figures.count(variants.size(), "variant") + " over " + Figures.count(friedman.dataSets(), "data set");
        String evidence = " (Friedman's test, " + Figures.p(friedman.p(), level) + ").";
        if (friedman.p() > level) {
            return "No difference could be shown among " + of + evidence;
        }
        NemenyiTest nemenyi = new NemenyiTest(variants.size(), friedman.dataSets());
        double distance = nemenyi.criticalDistance(level);
        List<String> apart = apart(distance);
        return "The ranks of " + of + " differ" + evidence + " Nemenyi's test tells apart mean ranks that lie "
                + Figures.digits(distance, 3) + " or more from each other: "
                + (apart.isEmpty() ? "no two do" : String.join("; ", apart)) + ".";
    }

    private List<String> apart(double distance) {
        List<Integer> order = IntStream.range(0, variants.size())
                .boxed()
                .sorted(Comparator.comparing(friedman.ranks()::get))
                .toList();
        List<String> apart = new ArrayList<>();
        for (int better : order) {
            for (int worse : order) {
                if (friedman.ranks().get(worse) - friedman.ranks().get(better) >= distance) {
                    apart.add(ranked(better) + " before " + ranked(worse));
                }
            }
        }
        return apart;
    }

    private String ranked(int variant) {
        return variants.get(variant) + " (" + Figures.digits(friedman.ranks().get(variant), 3) + ")";
    }
}
