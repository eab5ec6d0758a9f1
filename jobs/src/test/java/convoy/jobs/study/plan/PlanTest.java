package convoy.jobs.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.plan.VariantState.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanTest {
    private static List<Assignment> work(ToyStudy toy, Results results) {
        return toy.plan().state(results).next() instanceof StudyState.Train train ? train.work() : List.of();
    }

    private static List<String> ids(List<Assignment> work) {
        return work.stream()
                .map(each -> each.trial().id() + " " + each.from() + " to " + each.until())
                .toList();
    }

    private static VariantState variant(StudyState state, String name) {
        return state.variants().stream()
                .filter(each -> each.variant().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static TrialRecord diverged() {
        return TrialRecord.defaults().withDiverged(Optional.of(new TrialRecord.Divergence(5, "NaN")));
    }

    @Test
    void withoutTuningEveryVariantIsTrainedWithEverySeed() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN);
        assertThat(ids(work(toy, Results.none())))
                .containsExactly(
                        "a-s1 0 to 20", "a-s2 0 to 20", "a-s3 0 to 20", "b-s1 0 to 20", "b-s2 0 to 20", "b-s3 0 to 20");
        StudyState end = toy.plan().state(toy.finish(Results.none()));
        assertThat(end.next()).isEqualTo(new StudyState.End(List.of()));
        assertThat(end.variants())
                .allSatisfy(state -> assertThat(state.finished()).hasSize(3));
    }

    @Test
    void everyFoldIsTrainedWithEverySeed() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace("validation: data/held-out", "validation: {folds: 5}"));
        assertThat(work(toy, Results.none())).hasSize(2 * 3 * 5);
    }

    @Test
    void theBestSettingIsTrainedWithEverySeed() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED);
        assertThat(work(toy, Results.none())).hasSize(18).allSatisfy(each -> {
            assertThat(each.trial().id()).endsWith("-s100");
            assertThat(each.until()).isEqualTo(20);
        });
        Results results = toy.finish(Results.none());
        for (VariantState state : toy.plan().state(results).variants()) {
            Member chosen = state.chosen().orElseThrow();
            assertThat(state.tuning()).hasSize(9).allSatisfy(member -> assertThat(
                            member.score().orElseThrow().right())
                    .isLessThanOrEqualTo(chosen.score().orElseThrow().right()));
            assertThat(state.comparing())
                    .extracting(member -> member.cell().point())
                    .containsOnly(chosen.cell().point());
            assertThat(state.comparing())
                    .extracting(member -> member.cell().seed())
                    .containsExactly(1L, 2L, 3L);
        }
    }

    /** One variant's search need not wait for another's. */
    @Test
    void aVariantGoesOnAsSoonAsItsOwnSearchHasEnded() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED);
        Results results = Results.none();
        for (Assignment assignment : work(toy, results)) {
            if (assignment.trial().variant().equals("a")) {
                results = ToyStudy.reach(results, assignment);
            }
        }
        assertThat(work(toy, results).stream()
                        .filter(each -> each.trial().variant().equals("a")))
                .extracting(each -> each.trial().configuration().name())
                .hasSize(3)
                .allMatch(id -> !id.endsWith("-s100"));
        assertThat(work(toy, results).stream()
                        .filter(each -> each.trial().variant().equals("b")))
                .hasSize(9);
    }

    @Test
    void equalScoresAreDecidedByLossAndThenByThePoint() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED);
        Results results = Results.none();
        for (Assignment assignment : work(toy, results)) {
            boolean lower = assignment.trial().id().startsWith("a-p4")
                    || assignment.trial().id().startsWith("a-p6");
            results = results.with(
                    assignment.trial(), TrialRecord.defaults().with(20, new Score(100, 50, lower ? 1.0 : 1.5)));
        }
        StudyState state = toy.plan().state(results);
        assertThat(variant(state, "a").chosen().orElseThrow().cell().point()).contains(4);
        assertThat(variant(state, "b").chosen().orElseThrow().cell().point()).contains(0);
    }

    @Test
    void halvingGoesByRungsWithTheSameNumberForEachVariant() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results results = Results.none();
        assertThat(work(toy, results)).hasSize(18).allMatch(each -> each.from() == 0 && each.until() == 2);
        for (Assignment assignment : work(toy, results)) {
            results = ToyStudy.reach(results, assignment);
        }
        assertThat(work(toy, results)).hasSize(6).allMatch(each -> each.from() == 2 && each.until() == 6);
        for (Assignment assignment : work(toy, results)) {
            results = ToyStudy.reach(results, assignment);
        }
        assertThat(work(toy, results)).hasSize(2).allMatch(each -> each.from() == 6 && each.until() == 20);
        StudyState state = toy.plan().state(toy.finish(results));
        for (VariantState each : state.variants()) {
            assertThat(each.tuning().stream().map(Member::fate).filter(Fate.STOPPED::equals))
                    .hasSize(8);
            Member best = each.tuning().stream()
                    .min(Comparator.comparing(member -> ToyStudy.score(member.trial(), 2), Score.BEST_FIRST))
                    .orElseThrow();
            assertThat(each.chosen().orElseThrow().trial()).isEqualTo(best.trial());
        }
    }

    /** A rung is not judged while one of its trials is out. */
    @Test
    void aRungWaitsForAllOfItsTrials() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results results = Results.none();
        List<Assignment> first = work(toy, results);
        for (Assignment assignment : first.subList(0, 8)) {
            results = ToyStudy.reach(results, assignment);
        }
        assertThat(work(toy, results).stream()
                        .filter(each -> each.trial().variant().equals("a")))
                .containsExactly(first.get(8));
    }

    /** Whatever the order in which trials end, and however many are under way, the same are stopped. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void whoIsStoppedDoesNotDependOnTheOrder(int atOnce) {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results expected = toy.finish(Results.none());
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Results results = Results.none();
            List<Assignment> work = work(toy, results);
            while (!work.isEmpty()) {
                List<Assignment> some = new ArrayList<>(work);
                Collections.shuffle(some, random);
                for (Assignment assignment : some.subList(0, Math.min(atOnce, some.size()))) {
                    results = ToyStudy.reach(results, assignment);
                }
                work = work(toy, results);
            }
            assertThat(results).isEqualTo(expected);
        }
    }

    @Test
    void aPlaceThatAFailedTrialLeavesGoesToTheNext() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results results = Results.none();
        for (Assignment assignment : work(toy, results)) {
            results = ToyStudy.reach(results, assignment);
        }
        List<Assignment> second = work(toy, results).stream()
                .filter(each -> each.trial().variant().equals("a"))
                .toList();
        Trial best = second.get(0).trial();
        results = results.with(
                best, results.of(best).withDiverged(Optional.of(new TrialRecord.Divergence(40, "loss is NaN"))));
        List<Assignment> after = work(toy, results).stream()
                .filter(each -> each.trial().variant().equals("a"))
                .toList();
        assertThat(after).hasSize(3).containsAll(second.subList(1, 3)).doesNotContain(second.get(0));
        int point = Integer.parseInt(best.id().replaceAll("a-p([0-9]+)-.*", "$1"));
        assertThat(ToyStudy.tuned(toy.plan().state(results), "a", point).fate()).isEqualTo(Fate.DIVERGED);
    }

    @Test
    void aVariantOfWhichEverySettingFailsIsNotCompared() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results results = Results.none();
        for (Assignment assignment : work(toy, results)) {
            if (assignment.trial().variant().equals("a")) {
                results = results.with(assignment.trial(), diverged());
            }
        }
        results = toy.finish(results);
        StudyState state = toy.plan().state(results);
        assertThat(state.next()).isInstanceOf(StudyState.End.class);
        assertThat(variant(state, "a").isWithoutSetting()).isTrue();
        assertThat(variant(state, "a").tuning()).extracting(Member::fate).containsOnly(Fate.DIVERGED);
        assertThat(variant(state, "b").finished()).hasSize(3);
    }

    @Test
    void aCrashIsTriedAgainAndThenRecorded() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN);
        Assignment first = work(toy, Results.none()).get(0);
        Results results = Results.none();
        for (int crash = 0; crash < 3; crash++) {
            assertThat(work(toy, results)).as("after %d crashes", crash).contains(first);
            results = results.with(first.trial(), results.of(first.trial()).crashed("lost"));
        }
        assertThat(work(toy, results)).hasSize(5).doesNotContain(first);
        assertThat(variant(toy.plan().state(results), "a").comparing().get(0).fate())
                .isEqualTo(Fate.CRASHED);
    }

    /** What was lost on the way leaves no trace. */
    @Test
    void aTrialThatGotOnHasNoCrashes() {
        TrialRecord record = TrialRecord.defaults().crashed("lost").with(2, new Score(10, 5, 1));
        assertThat(record).isEqualTo(TrialRecord.defaults().with(2, new Score(10, 5, 1)));
    }

    @Test
    void moreSeedsAndVariantsTrainOnlyWhatIsNew() {
        Results before = ToyStudy.of(ToyStudy.PLAIN).finish(Results.none());
        ToyStudy more = ToyStudy.of(ToyStudy.PLAIN
                .replace("[1, 2, 3]", "[1, 2, 3, 4]")
                .replace("b: {network.name: b}", "b: {network.name: b}, c: {network.name: c}"));
        assertThat(ids(work(more, before)))
                .containsExactly(
                        "a-s4 0 to 20", "b-s4 0 to 20", "c-s1 0 to 20", "c-s2 0 to 20", "c-s3 0 to 20", "c-s4 0 to 20");
    }

    @Test
    void moreTrialsOfTheSearchKeepThoseBefore() {
        Results before = ToyStudy.of(ToyStudy.TUNED).finish(Results.none());
        ToyStudy more = ToyStudy.of(ToyStudy.TUNED.replace("trials: 9", "trials: 11"));
        Set<String> wanted = new HashSet<>();
        work(more, before).forEach(each -> wanted.add(each.trial().id()));
        assertThat(wanted).containsExactlyInAnyOrder("a-p9-s100", "a-p10-s100", "b-p9-s100", "b-p10-s100");
    }

    @Test
    void theTestSetIsReadOnceAtTheEnd() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "test: data/test\n");
        Results results = Results.none();
        List<Assignment> work = work(toy, results);
        for (Assignment assignment : work.subList(1, work.size())) {
            results = ToyStudy.reach(results, assignment);
        }
        assertThat(toy.plan().state(results).next()).isEqualTo(new StudyState.Train(List.of(work.get(0))));
        results = results.with(work.get(0).trial(), diverged());
        List<Trial> finished =
                work.subList(1, work.size()).stream().map(Assignment::trial).toList();
        assertThat(toy.plan().state(results).next()).isEqualTo(new StudyState.ReadTest(finished));
        Map<String, Score> scores = new TreeMap<>();
        finished.forEach(trial -> scores.put(trial.id(), new Score(10, 5, 1)));
        Results read = results.withTest(scores);
        assertThat(toy.plan().state(read).next()).isEqualTo(new StudyState.End(List.of()));

        ToyStudy more = ToyStudy.of(ToyStudy.PLAIN.replace("[1, 2, 3]", "[1, 2, 3, 4]") + "test: data/test\n");
        StudyState.Next next = more.plan().state(more.finish(read)).next();
        assertThat(next).isInstanceOf(StudyState.End.class);
        assertThat(((StudyState.End) next).unread()).extracting(Trial::id).containsExactly("a-s4", "b-s4");
        assertThat(more.plan().state(more.finish(read).withoutTest()).next()).isInstanceOf(StudyState.ReadTest.class);
    }

    @Test
    void aChosenValueOnTheEdgeOfItsSpaceIsTold() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED
                .replace("{kind: log, from: 0.001, to: 0.1}", "[0.001, 0.01, 0.1]")
                .replace("trials: 9", "draw: grid"));
        for (int best = 0; best < 3; best++) {
            Results results = Results.none();
            for (Assignment assignment : work(toy, results)) {
                boolean isBest = assignment.trial().id().contains("-p" + best);
                results = results.with(
                        assignment.trial(), TrialRecord.defaults().with(20, new Score(10, isBest ? 9 : 1, 1)));
            }
            List<Edge> edges = Edge.of(toy.design().study(), toy.plan().state(results));
            if (best == 1) {
                assertThat(edges).isEmpty();
            } else {
                String value = best == 0 ? "0.001" : "0.1";
                assertThat(edges)
                        .containsExactly(new Edge("a", "schedule.rate", value), new Edge("b", "schedule.rate", value));
            }
        }
        assertThat(new Edge("a", "schedule.rate", "0.1").sentence())
                .isEqualTo(
                        "variant a: the chosen schedule.rate = 0.1 lies on the edge of its space, and a better one may lie"
                                + " beyond; widen tuning.space.schedule.rate in a study of another name");
    }

    @Test
    void aSearchThatToldNothingApartIsTold() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED
                .replace("{kind: log, from: 0.001, to: 0.1}", "[0.001, 0.01, 0.1]")
                .replace("trials: 9", "draw: grid"));
        Results results = Results.none();
        for (Assignment assignment : work(toy, results)) {
            // Those of a are all alike but for the loss; of b one is better.
            String id = assignment.trial().id();
            long right = id.startsWith("b") && id.contains("-p1") ? 2 : 1;
            results = results.with(
                    assignment.trial(),
                    TrialRecord.defaults().with(20, new Score(10, right, id.contains("-p2") ? 2.2 : 2.3)));
        }
        List<Tie> ties = Tie.of(toy.plan().state(results));
        assertThat(ties).containsExactly(new Tie("a", 3, new Score(10, 1, 2.2)));
        assertThat(ties.get(0).sentence())
                .startsWith(
                        "variant a: the 3 settings that were tried had equally many rows right whenever they were judged,"
                                + " 1 row of 10 at the end, so that the loss alone chose among them;");
        assertThat(Tie.of(ToyStudy.of(ToyStudy.PLAIN).plan().state(Results.none())))
                .as("without a search")
                .isEmpty();
    }

    @Test
    void theEpochsOfASearchAreTold() {
        assertThat(ToyStudy.of(ToyStudy.PLAIN).design().searchEpochs(20)).isZero();
        assertThat(ToyStudy.of(ToyStudy.TUNED).design().searchEpochs(20)).isEqualTo(9 * 20);
        assertThat(ToyStudy.of(ToyStudy.HALVED).design().searchEpochs(20)).isEqualTo(9 * 2 + 3 * 4 + 14);
    }

    /** Of nine settings and two seeds; a start from which nothing is learnt pulls its setting down by half and not to the ground. */
    @Test
    void aSearchWithSeveralSeedsChoosesByAllOfThem() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED.replace("seed: 100", "seed: 100, seeds: 2"));
        assertThat(work(toy, Results.none()))
                .hasSize(2 * 9 * 2)
                .allSatisfy(each -> assertThat(each.trial().id()).matches("[ab]-p\\d-s10[01]"));
        Results results = toy.finish(Results.none());
        VariantState state = variant(toy.plan().state(results), "a");
        assertThat(state.tuning()).hasSize(18);
        int chosen = state.chosen().orElseThrow().cell().point().orElseThrow();
        Map<Integer, Long> right = new TreeMap<>();
        state.tuning()
                .forEach(member -> right.merge(
                        member.cell().point().orElseThrow(),
                        member.score().orElseThrow().right(),
                        Long::sum));
        assertThat(right.get(chosen)).isEqualTo(Collections.max(right.values()));
        assertThat(state.comparing())
                .extracting(member -> member.cell().seed())
                .as("the seeds of the search are none of the comparison's")
                .containsExactly(1L, 2L, 3L);
    }

    /** A setting that fails once in two starts is behind all that never do, and before those that always do. */
    @Test
    void aSettingIsBehindThoseThatFailLess() {
        ToyStudy toy = ToyStudy.of(
                ToyStudy.TUNED.replace("trials: 9", "trials: 3").replace("seed: 100", "seed: 100, seeds: 2"));
        Results all = toy.finish(Results.none());
        int best = variant(toy.plan().state(all), "a")
                .chosen()
                .orElseThrow()
                .cell()
                .point()
                .orElseThrow();
        Results once = all.with(toy.trial(new Cell("a", Optional.of(best), 101, List.of(), 0)), diverged());
        Member other = variant(toy.plan().state(once), "a").chosen().orElseThrow();
        assertThat(other.cell().point()).isNotEqualTo(Optional.of(best));
        Results others = once;
        for (int point = 0; point < 3; point++) {
            for (long seed = 100; seed < 102 && point != best; seed++) {
                others = others.with(toy.trial(new Cell("a", Optional.of(point), seed, List.of(), 0)), diverged());
            }
        }
        assertThat(variant(toy.plan().state(others), "a").chosen().orElseThrow().cell())
                .isEqualTo(Cell.of("a", Optional.of(best), 100));
    }

    @Test
    void rungsCountSettingsAndNotTheirTrials() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED.replace("seed: 100", "seed: 100, seeds: 2"));
        Results results = Results.none();
        List<Integer> sizes = new ArrayList<>();
        for (List<Assignment> work = ofA(toy, results);
                work.get(0).trial().id().contains("-p")
                        && work.stream().anyMatch(each -> each.trial().id().contains("-s10"));
                work = ofA(toy, results)) {
            sizes.add(work.size());
            for (Assignment assignment : work) {
                results = ToyStudy.reach(results, assignment);
            }
        }
        assertThat(sizes).containsExactly(9 * 2, 3 * 2, 2);
        assertThat(toy.design().searched()).isEqualTo(18);
        assertThat(toy.design().searchEpochs(20)).isEqualTo(2 * (9 * 2 + 3 * 4 + 14));
    }

    private static List<Assignment> ofA(ToyStudy toy, Results results) {
        return work(toy, results).stream()
                .filter(each -> each.trial().variant().equals("a"))
                .toList();
    }
}
