package convoy.jobs.retrain.comparison;

import convoy.driver.profile.CommonRows;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.List;

/**
 * Held-out rows that were trained on. Rows are one where their pixels are; within one data set where their ids are, too. Ids of different
 * data sets are numbers of their own, which an import gives from 0 on: that two are equal says nothing, and is noted.
 *
 * @param problems each a line that names both data sets, how many rows, and what to do; none if nothing is leaked
 * @param notes what else a person may wonder about, a sentence each
 */
public record Leakage(List<String> problems, List<String> notes) {
    public Leakage {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /**
     * {@return what follows of rows in common}
     *
     * @param common held-out rows first, against each of the data sets that were trained on
     */
    public static Leakage of(List<CommonRows> common) {
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (CommonRows each : common) {
            String both = "held-out data " + each.one() + " and training data " + each.other();
            if (each.sameData() && each.ids() > 0) {
                problems.add(both + " are one data set, and " + Counts.plain(each.ids(), "row")
                        + (each.ids() == 1 ? " is" : " are")
                        + " in both by id: hold out a share, or give another data set");
            } else if (each.pictures() > 0) {
                problems.add(both + " have " + Counts.plain(each.pictures(), "picture") + " in common"
                        + each.example()
                                .map(example -> ", for one id " + example.one() + " and id " + example.other())
                                .orElse("")
                        + ": take " + (each.pictures() == 1 ? "it" : "them")
                        + " out of one of them; on what it was trained on every model looks good");
            } else if (each.ids() > 0) {
                notes.add("Held-out data " + each.one() + " and training data " + each.other() + " have "
                        + Counts.of(each.ids(), "id")
                        + " in common, of other pictures: they are two data sets, and nothing"
                        + " follows from that.");
            }
        }
        return new Leakage(problems, notes);
    }

    /**
     * Refuses held-out rows that were trained on.
     *
     * @throws BadInputException that lists every data set that has some, a line for each
     */
    public void requireNone() {
        if (!problems.isEmpty()) {
            throw new BadInputException(problems);
        }
    }
}
