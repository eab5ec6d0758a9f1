package convoy.jobs.study.plan;

import convoy.jobs.study.plan.VariantState.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The search for one variant's settings: synchronous successive halving, or all to the end. A rung is judged once all of its trials have
 * come to it; a place that a failed trial leaves, at this rung or later, goes to the next one in the ranking.
 */
final class Search {
    private final Design design;
    private final int retries;

    Search(Design design) {
        this.design = design;
        this.retries = design.study().retries();
    }

    /**
     * How it stands.
     *
     * @param trials with their fates
     * @param chosen the first trial of the best setting, once all have ended
     * @param work what is to be done now
     */
    record Found(List<Member> trials, Optional<Member> chosen, List<Assignment> work) {}

    /** @param candidates in the order of their points, one or more */
    Found found(List<Setting> candidates) {
        List<Integer> judgedAt =
                design.judgedAt(candidates.get(0).members().get(0).trial().epochs());
        Set<String> stopped = new HashSet<>();
        List<Setting> field = candidates.stream()
                .filter(setting -> !setting.sound().isEmpty())
                .toList();
        List<Assignment> work = List.of();
        for (int rung = 0; rung < judgedAt.size(); rung++) {
            int epoch = judgedAt.get(rung);
            if (rung > 0) {
                List<Setting> ranking = ranked(field, judgedAt.get(rung - 1));
                int quota = Math.min(ranking.size(), design.quota(candidates.size(), rung));
                ranking.subList(quota, ranking.size()).stream()
                        .flatMap(setting -> setting.members().stream())
                        .forEach(member -> stopped.add(member.trial().id()));
                field = ranking.subList(0, quota);
            }
            work = work(
                    field.stream().flatMap(setting -> setting.sound().stream()).toList(), epoch);
            if (!work.isEmpty()) {
                break;
            }
        }
        List<Member> judged = new ArrayList<>();
        for (Setting setting : candidates) {
            for (Member member : setting.members()) {
                judged.add(
                        stopped.contains(member.trial().id()) && member.fate() == Fate.OPEN
                                ? new Member(member.cell(), member.trial(), member.record(), Fate.STOPPED)
                                : member);
            }
        }
        int end = judgedAt.get(judgedAt.size() - 1);
        Optional<Member> chosen = work.isEmpty()
                ? ranked(field, end).stream().findFirst().map(best -> best.sound()
                        .get(0))
                : Optional.empty();
        return new Found(judged, chosen, work);
    }

    /** What brings members to an epoch. */
    static List<Assignment> work(List<Member> members, int epoch) {
        return members.stream()
                .filter(member -> member.record().at(epoch).isEmpty())
                .map(member -> new Assignment(member.trial(), member.record().epoch(), epoch))
                .toList();
    }

    private static List<Setting> ranked(List<Setting> field, int epoch) {
        return field.stream().sorted(Setting.bestFirst(epoch)).toList();
    }

    /** A trial with how it stands with it by itself. */
    Member member(Cell cell, Trial trial, Results results) {
        TrialRecord record = results.of(trial);
        Fate fate = record.diverged().isPresent()
                ? Fate.DIVERGED
                : record.at(trial.epochs()).isPresent()
                        ? Fate.FINISHED
                        : record.crashes().size() > retries ? Fate.CRASHED : Fate.OPEN;
        return new Member(cell, trial, record, fate);
    }
}
