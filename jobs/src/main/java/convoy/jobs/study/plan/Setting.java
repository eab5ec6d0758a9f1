package convoy.jobs.study.plan;

import convoy.jobs.study.plan.VariantState.Member;
import java.util.Comparator;
import java.util.List;

/**
 * A point of a search, with its trials. A search with several seeds judges a setting by all of them, so that one start from which nothing is
 * learnt decides nothing.
 *
 * @param point its index
 * @param members one for each seed of the search
 */
record Setting(int point, List<Member> members) {
    Setting {
        members = List.copyOf(members);
    }

    /** Trials that have not failed. */
    List<Member> sound() {
        return members.stream()
                .filter(member -> member.fate() == Fate.OPEN || member.fate() == Fate.FINISHED)
                .toList();
    }

    /** How it did at an epoch that all of its sound trials have come to: their images taken together, and the mean of their losses. */
    Score score(int epoch) {
        List<Score> scores = sound().stream()
                .map(member -> member.record().at(epoch).orElseThrow())
                .toList();
        return new Score(
                scores.stream().mapToLong(Score::rows).sum(),
                scores.stream().mapToLong(Score::right).sum(),
                scores.stream().mapToDouble(Score::loss).average().orElseThrow());
    }

    /** The best one first: where fewer trials failed, then by score; of equal ones the one whose point came first. */
    static Comparator<Setting> bestFirst(int epoch) {
        return Comparator.comparingInt((Setting setting) ->
                        setting.members().size() - setting.sound().size())
                .thenComparing(setting -> setting.score(epoch), Score.BEST_FIRST)
                .thenComparingInt(Setting::point);
    }
}
