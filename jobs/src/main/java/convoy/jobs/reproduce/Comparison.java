package convoy.jobs.reproduce;

import convoy.driver.checkpoint.Checkpoint;
import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.Origin;
import convoy.driver.model.StoredModel;
import convoy.driver.resolved.Determinants;
import convoy.parameterserver.files.ModelFiles;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.records.text.Counts;
import convoy.worker.engine.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * A model beside the one that was made again of it.
 *
 * @param outcome how they compare
 * @param sha256 of the file that was made
 * @param lines what differs, a line each: first where, then how much, then on what it was computed
 * @param first the first tensor that differs, of the first checkpoint that both runs know of
 * @param largest difference of two numbers of the models; 0 where none differs
 */
record Comparison(Outcome outcome, String sha256, List<String> lines, Optional<Figures.Place> first, double largest) {
    Comparison {
        lines = List.copyOf(lines);
    }

    /**
     * Compares byte by byte, and where that fails number by number and checkpoint by checkpoint.
     *
     * @param made URI of the directory of the run that made it again
     * @param tolerance what two numbers may differ by; empty: nothing
     */
    static Comparison of(Configuration hadoop, Original original, String made, Optional<Double> tolerance) {
        String model = made + "/" + RunDirectory.MODEL;
        String sum = StoredModel.sha256(hadoop, model);
        if (sum.equals(original.sha256())) {
            return new Comparison(Outcome.EQUAL, sum, List.of(), Optional.empty(), 0);
        }
        ModelDescription wasOf = StoredModel.describe(hadoop, original.model(), Optional.empty());
        ModelDescription isOf = StoredModel.describe(hadoop, model, Optional.empty());
        ParameterLayout layout = NetworkLayout.of(isOf.build());
        if (!layout.fingerprint().equals(NetworkLayout.of(wasOf.build()).fingerprint())) {
            List<String> lines = new ArrayList<>(List.of("the networks have other tensors"));
            lines.addAll(processor(hadoop, original, model));
            return new Comparison(Outcome.DIFFERS, sum, lines, Optional.empty(), Double.POSITIVE_INFINITY);
        }
        Deviations end = Deviations.of(
                layout,
                StoredModel.read(hadoop, original.model(), wasOf).values(),
                StoredModel.read(hadoop, model, isOf).values());
        if (end.tensors().isEmpty()) {
            return new Comparison(
                    Outcome.SAME_NUMBERS, sum, otherWords(hadoop, original.model(), model), Optional.empty(), 0);
        }
        Figures then = Figures.read(hadoop, original.folder());
        Figures now = Figures.read(hadoop, made);
        Optional<Figures.Place> first = then.firstOtherTensor(now);
        List<String> lines = new ArrayList<>();
        lines.add(
                first.map(place -> "at step " + place.step() + " tensor " + place.tensor() + " differs first"
                                + by(hadoop, original.folder(), made, place))
                        .orElse(
                                then.shares(now)
                                        ? "no tensor differs at any checkpoint that both runs know of"
                                        : "at which checkpoint they part is not known: the run kept no checksums of its tensors"));
        then.firstOtherLoss(now)
                .ifPresent(step -> lines.add("the loss of step " + step + " differs first: "
                        + now.losses().get(step) + " (it was " + then.losses().get(step) + ")"));
        lines.add("at the end " + end.tensors().size() + " of "
                + Counts.plain(layout.segments().size(), "tensor") + " differ, "
                + end.most().tensor() + " the most, by up to " + end.most().largest());
        lines.addAll(processor(hadoop, original, model));
        boolean allowed = tolerance.isPresent() && end.most().largest() <= tolerance.get();
        return new Comparison(
                allowed ? Outcome.WITHIN_TOLERANCE : Outcome.DIFFERS,
                sum,
                lines,
                first,
                end.most().largest());
    }

    /** By how much, where the checkpoint is still there of both. */
    private static String by(Configuration hadoop, String then, String now, Figures.Place place) {
        Optional<StoredModel> before = at(hadoop, then, place.step());
        Optional<StoredModel> after = at(hadoop, now, place.step());
        if (before.isEmpty() || after.isEmpty()) {
            return "";
        }
        Segment segment = NetworkLayout.of(before.get().description().build()).segment(place.tensor());
        double largest =
                Deviations.largest(segment, before.get().values(), after.get().values());
        return ", by up to " + largest;
    }

    private static Optional<StoredModel> at(Configuration hadoop, String folder, long step) {
        RunDirectory run = RunDirectory.existing(hadoop, folder);
        Optional<Checkpoint> checkpoint = new Checkpoints(run).at(step);
        return checkpoint.map(whole -> StoredModel.read(hadoop, run, whole));
    }

    /** On what else the workers computed than those of then: it is known once they have. */
    private static List<String> processor(Configuration hadoop, Original original, String made) {
        Optional<String> now = StoredModel.origin(hadoop, made).flatMap(Comparison::processor);
        Optional<String> then = original.origin().flatMap(Comparison::processor);
        return then.isPresent() && now.isPresent() && !then.equals(now)
                ? List.of(Determined.line(Determinants.PROCESSOR, now.get(), then.get()))
                : List.of();
    }

    private static Optional<String> processor(Origin origin) {
        return Optional.ofNullable(origin.determinants().get(Determinants.PROCESSOR));
    }

    /** Which words of the files' descriptions differ. */
    private static List<String> otherWords(Configuration hadoop, String original, String made) {
        Map<String, String> then = StoredModel.use(hadoop, original, ModelFiles::metadata);
        Map<String, String> now = StoredModel.use(hadoop, made, ModelFiles::metadata);
        Set<String> keys = new TreeSet<>(then.keySet());
        keys.addAll(now.keySet());
        keys.removeIf(key -> Objects.equals(then.get(key), now.get(key)));
        return keys.isEmpty()
                ? List.of("the files have the same numbers, laid out in another way")
                : List.of("the files say other things of themselves: " + String.join(", ", keys));
    }

    /**
     * How far numbers lie apart.
     *
     * @param tensors those of which some number has other bits, in the order of the network
     */
    record Deviations(List<Deviation> tensors) {
        /** Of all tensors. */
        static Deviations of(ParameterLayout layout, float[] before, float[] after) {
            List<Deviation> found = new ArrayList<>();
            for (Segment segment : layout.segments()) {
                if (differs(segment, before, after)) {
                    found.add(new Deviation(segment.name(), largest(segment, before, after)));
                }
            }
            return new Deviations(found);
        }

        private static boolean differs(Segment segment, float[] before, float[] after) {
            for (int i = segment.begin(); i < segment.range().end(); i++) {
                if (Float.floatToRawIntBits(before[i]) != Float.floatToRawIntBits(after[i])) {
                    return true;
                }
            }
            return false;
        }

        /** The largest difference within a tensor; infinite where one of two numbers is none and the other is. */
        static double largest(Segment segment, float[] before, float[] after) {
            double largest = 0;
            for (int i = segment.begin(); i < segment.range().end(); i++) {
                double difference = Math.abs((double) before[i] - after[i]);
                boolean alike = Float.compare(before[i], after[i]) == 0;
                largest = alike
                        ? largest
                        : Math.max(largest, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
            return largest;
        }

        /** The tensor whose numbers lie furthest apart. */
        Deviation most() {
            Deviation most = tensors.get(0);
            for (Deviation tensor : tensors) {
                most = tensor.largest() > most.largest() ? tensor : most;
            }
            return most;
        }
    }

    /** By how much the numbers of a tensor differ at most. */
    record Deviation(String tensor, double largest) {}
}
