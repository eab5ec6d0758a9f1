package convoy.jobs.study.verdict;

import convoy.jobs.study.statistics.Pairs;
import convoy.jobs.study.statistics.Scores;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is said first of a comparison in which trials are missing: how many, of whom, why, and what is left. */
final class Missing {
    private Missing() {}

    /** Empty if every seed has both halves. */
    static Optional<String> sentence(Pairs pairs) {
        int missing = pairs.planned() - pairs.size();
        if (missing == 0) {
            return Optional.empty();
        }
        List<String> failures = Stream.of(pairs.variant(), pairs.baseline())
                .map(Missing::failures)
                .flatMap(Optional::stream)
                .toList();
        String rest = remaining(pairs);
        if (failures.isEmpty()) {
            return Optional.of("Not every seed has a trial of both: " + rest + ".");
        }
        long trials = Stream.of(pairs.variant(), pairs.baseline())
                .mapToLong(scores -> scores.diverged().size() + scores.crashed().size())
                .sum();
        String counted = trials == 1 ? "it is left out of the means" : "they are left out of the means";
        return Optional.of(String.join(", ", failures) + "; " + counted + " and counted here, and " + rest + ".");
    }

    private static String remaining(Pairs pairs) {
        if (pairs.size() == 0) {
            return "no pair remains";
        }
        return pairs.size() == 1
                ? "what follows is of the one pair of " + pairs.planned() + " that remains"
                : "what follows is of the " + pairs.size() + " of " + Counts.plain(pairs.planned(), "pair")
                        + " that remain";
    }

    /** "2 of 9 trials of all_cnn_c diverged and 1 crashed"; empty if all ended. */
    private static Optional<String> failures(Scores scores) {
        List<String> ways = new ArrayList<>();
        String of = " of " + Figures.count(scores.seeds().size(), "trial") + " of " + scores.variant();
        if (!scores.diverged().isEmpty()) {
            ways.add(scores.diverged().size() + of + " diverged");
        }
        if (!scores.crashed().isEmpty()) {
            ways.add(scores.crashed().size() + (ways.isEmpty() ? of : "") + " crashed");
        }
        return ways.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", ways));
    }
}
