package convoy.jobs.retrain.drift;

import convoy.driver.profile.ClassProfile;
import convoy.driver.profile.DataProfile;
import convoy.jobs.retrain.file.Drift;
import convoy.jobs.retrain.file.Guards;
import convoy.jobs.retrain.file.Limits;
import convoy.jobs.retrain.file.Reaction;
import convoy.jobs.study.statistics.Holm;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Holds new data against a pipeline's guards: a function of two profiles. All shifts are tested together, corrected by Holm; what the
 * test does not tell from chance is fine however large its index is, and what it does is as bad as its index.
 */
public final class DriftCheck {
    private static final List<String> COLOURS = List.of("red", "green", "blue");

    private final Guards guards;

    /** @param guards of the pipeline */
    public DriftCheck(Guards guards) {
        this.guards = guards;
    }

    /**
     * {@return what is found of new data}
     *
     * @param champion what the champion was trained on; empty while there is none, and then only rows are counted
     * @param fresh what is new
     */
    public DriftReport of(Optional<DataProfile> champion, DataProfile fresh) {
        List<Finding> findings = new ArrayList<>();
        if (fresh.rows() < guards.minimumRows()) {
            findings.add(new Finding.TooFewRows(fresh.rows(), guards.minimumRows()));
        }
        champion.ifPresent(before -> compare(before, fresh, findings));
        return new DriftReport(findings);
    }

    private void compare(DataProfile champion, DataProfile fresh, List<Finding> findings) {
        if (champion.channels() != fresh.channels()) {
            findings.add(new Finding.OtherChannels(fresh.channels(), champion.channels()));
            return;
        }
        if (guards.unknownClasses() != Reaction.IGNORE) {
            unknown(champion, fresh, findings);
        }
        if (guards.lostClasses() != Reaction.IGNORE) {
            lost(champion, fresh, findings);
        }
        findings.addAll(corrected(shifts(champion, fresh)));
    }

    private void unknown(DataProfile champion, DataProfile fresh, List<Finding> findings) {
        Set<String> known = champion.byName().keySet();
        fresh.classes().stream()
                .filter(one -> one.rows() > 0 && !known.contains(one.name()))
                .forEach(one -> findings.add(
                        new Finding.UnknownClass(one.name(), one.rows(), Grade.of(guards.unknownClasses()))));
    }

    private void lost(DataProfile champion, DataProfile fresh, List<Finding> findings) {
        List<ClassProfile> classes =
                champion.classes().stream().filter(one -> one.rows() > 0).toList();
        List<Double> adjusted = Holm.adjust(classes.stream()
                .map(one -> fresh.of(one.name()).rows() > 0 ? 1 : ofNone(champion.rows(), one.rows(), fresh.rows()))
                .toList());
        for (int i = 0; i < classes.size(); i++) {
            if (adjusted.get(i) <= guards.drift().level()) {
                double share = classes.get(i).rows() / (double) champion.rows();
                findings.add(new Finding.LostClass(
                        classes.get(i).name(), share, fresh.rows(), adjusted.get(i), Grade.of(guards.lostClasses())));
            }
        }
    }

    /**
     * The probability that none of {@code drawn} rows is of a class that has {@code of} of {@code before} rows, if all {@code before + drawn}
     * are one urn (Fisher's exact test): Π (before − i) / (before + drawn − i) for i below {@code of}.
     */
    private static double ofNone(long before, long of, long drawn) {
        double p = 1;
        for (long i = 0; i < of && p > Double.MIN_NORMAL; i++) {
            p *= (before - i) / (double) (before + drawn - i);
        }
        return p;
    }

    /** A shift, and the finding that it becomes once all have been corrected together. */
    private record Open(Shift shift, Limits limits, Function<Evidence, Finding> finding) {}

    private List<Open> shifts(DataProfile champion, DataProfile fresh) {
        Drift drift = guards.drift();
        List<Open> all = new ArrayList<>();
        Set<String> union = new LinkedHashSet<>(champion.byName().keySet());
        union.addAll(fresh.byName().keySet());
        List<String> names = List.copyOf(union);
        Shift balance = Shift.ofKinds(rows(champion, names), rows(fresh, names));
        all.add(new Open(
                balance,
                drift.classes(),
                evidence -> new Finding.ClassBalance(names.get(balance.moved().get(0)), evidence)));
        all.add(new Open(
                Shift.ofNeighbours(counts(champion.sizes(), 1), counts(fresh.sizes(), 1)),
                drift.sizes(),
                Finding.Sizes::new));
        for (String name : names) {
            ClassProfile before = champion.of(name);
            ClassProfile after = fresh.of(name);
            if (before.rows() > 0 && after.rows() > 0) {
                for (int c = 0; c < champion.channels(); c++) {
                    String channel = champion.channels() == 1 ? "grey" : COLOURS.get(c);
                    Shift pixels = Shift.ofNeighbours(pictures(before, c), pictures(after, c));
                    all.add(new Open(pixels, drift.pixels(), evidence -> new Finding.Pixels(name, channel, evidence)));
                }
            }
        }
        return all;
    }

    private List<Finding> corrected(List<Open> shifts) {
        double level = guards.drift().level();
        List<Double> adjusted =
                Holm.adjust(shifts.stream().map(open -> open.shift().p()).toList());
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < shifts.size(); i++) {
            Open open = shifts.get(i);
            findings.add(open.finding()
                    .apply(new Evidence(open.shift(), open.limits(), adjusted.get(i), shifts.size(), level)));
        }
        return findings;
    }

    private static double[] rows(DataProfile profile, List<String> names) {
        return names.stream().mapToDouble(name -> profile.of(name).rows()).toArray();
    }

    /**
     * Pixels counted by pictures. Those of one picture are alike, so that they are no sample of their own: the counts are divided by the
     * pixels of a picture, which is the correction of Rao and Scott (1981, 1984) with the largest design effect that there can be.
     */
    private static double[] pictures(ClassProfile one, int channel) {
        List<Long> values = one.channels().get(channel);
        double pixels = values.stream().mapToLong(Long::longValue).sum();
        return counts(values, pixels > 0 ? one.rows() / pixels : 0);
    }

    private static double[] counts(List<Long> counts, double times) {
        return counts.stream().mapToDouble(count -> count * times).toArray();
    }
}
