package convoy.driver.resolved;

import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.Validation;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.DataSet;
import convoy.worker.data.Parts;
import convoy.worker.data.split.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The rows of a run.
 *
 * @param train the rows that are trained on
 * @param validation the held-out ones
 * @param heldOut which rows of the training data set these are; empty if they are of another data set, or there are none
 */
record RunData(DataSet train, Optional<DataSet> validation, Optional<RowSet> heldOut) {
    /**
     * Opens what a run is trained and scored on, and splits it if that is asked for.
     *
     * @throws BadInputException if it cannot be trained on
     */
    static RunData open(Configuration hadoop, DataChoice choice) {
        DataSet whole = DataSet.open(hadoop, choice.train());
        Optional<DataSet> other = choice.validation().flatMap(Validation::uri).map(uri -> DataSet.open(hadoop, uri));
        if (whole.info().classes().size() == 1 && whole.info().labelSets().size() != 2) {
            throw new BadInputException("data set " + whole.uri() + " has one class, "
                    + whole.info().classes().get(0)
                    + ", and any network is right about it: import a source with two classes or more");
        }
        other.ifPresent(whole::requireSameClasses);
        whole.onlyClass().ifPresent(only -> {
            throw new BadInputException("every row of data set " + whole.uri() + " ("
                    + Counts.plain(whole.rows(), "row") + ") is of class "
                    + only + ", and a data set of one class cannot be trained on: any network is right about it; import"
                    + " pictures of another class too");
        });
        Optional<Parts> parts = choice.validation().flatMap(Validation::split).map(whole::split);
        return parts.map(
                        split -> new RunData(split.training(), Optional.of(split.heldOut()), Optional.of(split.rows())))
                .orElseGet(() -> new RunData(whole, other, Optional.empty()));
    }

    /** What whoever starts the run should know of it, one line each. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        train.info().provenance().ifPresent(from -> remarks.addAll(withoutRows(from.classCounts())));
        heldOut.ifPresent(rows -> remarks.add(String.format(
                Locale.ROOT,
                "data.validation holds out %,d of the %s of data set %s, and %,d are trained on",
                rows.size(),
                Counts.of(rows.of(), "row"),
                train.uri(),
                train.rows())));
        validation.ifPresent(data -> data.onlyClass()
                .ifPresent(only -> remarks.add(
                        "every row of the held-out data set " + data.uri() + " (" + Counts.plain(data.rows(), "row")
                                + ") is of class " + only + ": its figures say nothing of the other classes")));
        return remarks;
    }

    /** Of classes that the network has and nothing teaches it. */
    private List<String> withoutRows(List<Long> counts) {
        List<String> classes = train.info().classes();
        List<String> empty = IntStream.range(0, Math.min(counts.size(), classes.size()))
                .filter(c -> counts.get(c) == 0)
                .mapToObj(classes::get)
                .toList();
        return empty.isEmpty()
                ? List.of()
                : List.of("data set " + train.uri() + " has no picture of " + empty.size() + " of its "
                        + Counts.plain(classes.size(), "class", "classes") + ", as " + empty.get(0)
                        + ": nothing can be learned of " + (empty.size() == 1 ? "it" : "them"));
    }
}
