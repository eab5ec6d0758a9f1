package convoy.jobs.retrain.run;

import convoy.driver.profile.ClassProfile;
import convoy.driver.profile.DataProfile;
import convoy.jobs.retrain.comparison.Leakage;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.comparison.Tally;
import convoy.jobs.retrain.file.Guards;
import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.file.Window;
import convoy.jobs.retrain.news.Chosen;
import convoy.jobs.retrain.news.Lineage;
import convoy.jobs.retrain.news.Listing;
import convoy.jobs.retrain.news.News;
import convoy.jobs.retrain.news.Offered;
import convoy.jobs.retrain.statistics.PairedCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that lasts of a world in which models are trained again, and in which a process may be killed: before each of its calls, after each,
 * and in the middle of a training.
 */
final class World {
    /** Data sets by names, with what their rows are. */
    final List<Offered> offered = new ArrayList<>();

    final List<ClassProfile> perDataSet = new ArrayList<>();

    /** Epochs of each attempt that are kept, of 3. */
    final Map<String, Integer> epochs = new LinkedHashMap<>();

    /** Versions by numbers, from 1. */
    final List<Version> versions = new ArrayList<>();

    /** The champions, in their order. */
    final List<String> history = new ArrayList<>();

    final List<String> warnings = new ArrayList<>();
    Optional<Long> champion = Optional.empty();
    List<Double> seeds = List.of();
    boolean profilesAreKept = true;

    /** How each challenger does against the champion. */
    PairedCounts answers = new PairedCounts(800, 100, 20, 80);

    Leakage leakage = new Leakage(List.of(), List.of());

    /** Happens once, at the beginning of the next promotion: what somebody else does meanwhile. */
    Runnable meanwhile = () -> {};

    int epochsTrained;
    private int calls;
    private int killAt = Integer.MAX_VALUE;

    record Version(String attempt, List<Lineage.Trained> trained, PromotionVerdict verdict) {}

    /** The process is no more. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    World() {
        for (String name : List.of("cat", "dog")) {
            List<Long> values = new ArrayList<>(Collections.nCopies(256, 0L));
            values.set(name.length(), 1600L);
            perDataSet.add(new ClassProfile(name, 100, List.of(values)));
        }
    }

    /** At which of the moments, from 0, the next call is killed. */
    void killAt(int moment) {
        calls = 0;
        killAt = moment;
    }

    void day(int day, String fingerprint) {
        offered.add(new Offered("day-" + day, "data/day-" + day, fingerprint, 200, Optional.empty()));
    }

    private void moment() {
        if (calls++ == killAt) {
            killAt = Integer.MAX_VALUE;
            throw new Killed();
        }
    }

    private DataProfile profileOf(int dataSets) {
        List<Long> sizes = new ArrayList<>(Collections.nCopies(32, 0L));
        sizes.set(4, 200L);
        DataProfile one = new DataProfile(1, perDataSet, sizes);
        DataProfile sum = one;
        for (int i = 1; i < dataSets; i++) {
            sum = sum.plus(one);
        }
        return sum;
    }

    Outcome call(Optional<String> because) {
        Ports ports = new Ports(new FakeData(), new FakeTrainer(), new FakeScorer(), new FakeLine());
        return new Retraining(
                        ports,
                        Guards.defaults(),
                        PromotionRules.defaults(),
                        new Retraining.Request("recipe", because, warnings::add))
                .run();
    }

    Outcome call() {
        return call(Optional.empty());
    }

    private final class FakeData implements Ports.Data {
        @Override
        public News news(Lineage lineage) {
            moment();
            return News.of(new Listing(offered, List.of()), lineage, new Window.All());
        }

        @Override
        public DataProfile profile(List<Chosen> dataSets) {
            moment();
            return profileOf(dataSets.size());
        }

        @Override
        public Optional<DataProfile> profile(Champion one) {
            moment();
            return profilesAreKept ? Optional.of(profileOf(one.trained().size())) : Optional.empty();
        }

        @Override
        public Leakage leakage(List<Chosen> dataSets) {
            moment();
            return leakage;
        }
    }

    private final class FakeTrainer implements Ports.Trainer {
        @Override
        public void train(Attempt attempt) {
            while (epochs.getOrDefault(attempt.id(), 0) < 3) {
                moment();
                epochsTrained++;
                epochs.merge(attempt.id(), 1, Integer::sum);
            }
            moment();
        }
    }

    private final class FakeScorer implements Ports.Scorer {
        @Override
        public Tally compare(Champion one, Attempt attempt) {
            moment();
            return new Tally(List.of("all"), List.of(answers));
        }

        @Override
        public Alone alone(Attempt attempt) {
            moment();
            return new Alone(0.9, 1000);
        }
    }

    private final class FakeLine implements Ports.Line {
        @Override
        public Optional<Champion> champion() {
            moment();
            return champion.map(number -> {
                List<Lineage.Trained> trained = new ArrayList<>();
                versions.subList(0, number.intValue()).forEach(version -> trained.addAll(version.trained));
                return new Champion(number, trained, seeds);
            });
        }

        @Override
        public Optional<Ports.Judged> judged(String id) {
            moment();
            for (int i = 0; i < versions.size(); i++) {
                if (versions.get(i).attempt.equals(id)) {
                    return Optional.of(new Ports.Judged(i + 1L, versions.get(i).verdict));
                }
            }
            return Optional.empty();
        }

        @Override
        public long add(Attempt attempt, PromotionVerdict verdict) {
            moment();
            versions.add(new Version(
                    attempt.id(),
                    attempt.data().stream()
                            .map(one -> new Lineage.Trained(
                                    one.dataSet().id(), one.dataSet().fingerprint()))
                            .toList(),
                    verdict));
            moment();
            return versions.size();
        }

        @Override
        public boolean promote(long version, Optional<Long> held, Ports.Move move) {
            moment();
            meanwhile.run();
            meanwhile = () -> {};
            if (!champion.equals(held)) {
                return false;
            }
            champion = Optional.of(version);
            history.add(version + move.because().map(why -> " forced: " + why).orElse(""));
            moment();
            return true;
        }
    }
}
