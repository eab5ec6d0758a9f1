package convoy.jobs.retrain.work;

import convoy.driver.profile.CommonRows;
import convoy.jobs.retrain.file.HeldOut;
import convoy.jobs.retrain.news.Chosen;
import convoy.records.StoredFormat;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.JoinedData;
import convoy.worker.data.JoinedData.Member;
import convoy.worker.data.split.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Joins the data sets of a call into one that is trained on and, where a share of each is held out, one of the held-out rows. The same data
 * sets make the same two, which are described once a call.
 */
final class JoinedSets {
    private static final int DIGITS = 16;

    private final Workplace place;
    private final HeldOut heldOut;
    private final Map<String, Pair> described = new HashMap<>();

    /**
     * @param place where they are described
     * @param heldOut of the pipeline
     */
    JoinedSets(Workplace place, HeldOut heldOut) {
        this.place = place;
        this.heldOut = heldOut;
    }

    /**
     * Two data sets.
     *
     * @param training URI of what is trained on
     * @param heldOut URI of what champion and challenger are compared on
     */
    record Pair(String training, String heldOut) {}

    /** A data set of the call, cut in two if a share is held out. */
    private record Cut(Chosen chosen, DataSet training, Optional<DataSet> heldOut) {}

    /**
     * Describes both.
     *
     * @param dataSets one or more
     * @throws convoy.records.BadInputException if they do not go together, or a class has too few rows for a share to be held out
     */
    Pair of(List<Chosen> dataSets) {
        return described.computeIfAbsent("data-" + digest(dataSets), folder -> describe(dataSets, folder));
    }

    /** Looks for rows in common. */
    interface Search {
        /** What two data sets have in common, by their URIs. */
        CommonRows of(String heldOut, String training);
    }

    /**
     * What was found of two data sets.
     *
     * @param heldOut fingerprint of the first
     * @param training fingerprint of the second
     * @param found what they have in common
     */
    record Searched(String heldOut, String training, CommonRows found) {
        private static final StoredFormat<Searched> FORMAT = new StoredFormat<>(Searched.class, 1);
    }

    /** The rows that both have in common, searched for once for the same two. */
    CommonRows common(Pair pair, Search search) {
        String heldOutPrint = fingerprint(pair.heldOut());
        String trainingPrint = fingerprint(pair.training());
        String file = pair.training().replaceAll("/[^/]*$", "") + "/common-rows.json";
        Optional<Searched> known = place.read(file)
                .map(text -> Searched.FORMAT.read(
                        text, file, "use the version that wrote it", "remove it: it is searched for anew"))
                .filter(before -> before.heldOut().equals(heldOutPrint)
                        && before.training().equals(trainingPrint));
        return known.map(Searched::found).orElseGet(() -> {
            CommonRows found = search.of(pair.heldOut(), pair.training());
            place.write(file, Searched.FORMAT.write(new Searched(heldOutPrint, trainingPrint, found)));
            return found;
        });
    }

    private String fingerprint(String uri) {
        return DataSet.open(place.hadoop(), uri).info().fingerprint();
    }

    private Pair describe(List<Chosen> dataSets, String folder) {
        Pair pair =
                new Pair(place.of(folder, "training"), heldOut.data().orElseGet(() -> place.of(folder, "held-out")));
        List<Cut> cuts = dataSets.stream().map(this::cut).toList();
        place.join(pair.training(), JoinedData.describe(training(cuts)));
        if (heldOut.data().isEmpty()) {
            place.join(
                    pair.heldOut(),
                    JoinedData.describe(cuts.stream()
                            .map(one -> Member.of(
                                    one.chosen().dataSet().id(), one.heldOut().orElseThrow()))
                            .toList()));
        }
        return pair;
    }

    private String digest(List<Chosen> dataSets) {
        String text = dataSets.stream()
                .map(one -> one.dataSet().id() + "\n" + one.dataSet().fingerprint() + "\n" + one.share())
                .collect(Collectors.joining("\n", heldOut + "\n", "\n"));
        return Sha256.digits(text).substring(0, DIGITS);
    }

    private Cut cut(Chosen chosen) {
        DataSet whole = DataSet.open(place.hadoop(), chosen.dataSet().uri());
        Optional<Split.Share> split = heldOut.split();
        return split.map(share -> whole.split(share))
                .map(parts -> new Cut(chosen, parts.training(), Optional.of(parts.heldOut())))
                .orElseGet(() -> new Cut(chosen, whole, Optional.empty()));
    }

    /** A row of the data set with the smallest share for its rows comes once, and others as much more often as their shares are larger. */
    private static List<Member> training(List<Cut> cuts) {
        ToDoubleFunction<Cut> weight =
                cut -> cut.chosen().share() / cut.training().rows();
        double least = cuts.stream().mapToDouble(weight).min().orElseThrow();
        return cuts.stream()
                .map(cut -> new Member(
                        cut.chosen().dataSet().id(), cut.training(), times(weight.applyAsDouble(cut) / least)))
                .toList();
    }

    /** Shares are sums of floating-point numbers: what is a whole number but for that is one. */
    private static double times(double ratio) {
        double whole = Math.rint(ratio);
        return Math.abs(ratio - whole) < 1e-9 * whole ? whole : ratio;
    }
}
