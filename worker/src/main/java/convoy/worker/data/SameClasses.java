package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.order.RowLabels;
import java.util.List;

/** Whether labels mean the same here and there, and whether each comes. */
final class SameClasses {
    private SameClasses() {}

    /** Refuses a data set whose labels do not mean what another one's mean, naming the first class that differs. */
    static void require(DataSet one, DataSet other) {
        List<String> mine = one.info().classes();
        List<String> theirs = other.info().classes();
        if (mine.size() != theirs.size()) {
            throw new BadInputException("data set " + other.uri() + " has "
                    + Counts.plain(theirs.size(), "class", "classes") + ", " + one.uri() + " has "
                    + mine.size() + Names.lacking(mine, theirs)
                    + ": import both with the same classes, as with --classes "
                    + Names.option(mine.size() > theirs.size() ? mine : theirs));
        }
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).equals(theirs.get(i))) {
                throw new BadInputException("class " + i + " of data set " + other.uri() + " is " + theirs.get(i)
                        + ", of " + one.uri() + " it is " + mine.get(i) + Names.difference(theirs.get(i), mine.get(i))
                        + ": import both with the same classes, as with --classes");
            }
        }
        if (one.info().channels() != other.info().channels()) {
            throw new BadInputException("data set " + other.uri() + " has "
                    + Counts.plain(other.info().channels(), "channel") + ", " + one.uri() + " has "
                    + one.info().channels() + ": import both alike");
        }
    }

    /** Refuses labels that do not mean what a model's outputs mean, naming the first class that differs. */
    static void require(DataSet data, List<String> names, String model) {
        List<String> mine = data.info().classes();
        for (int i = 0; i < Math.min(names.size(), mine.size()); i++) {
            if (!names.get(i).equals(mine.get(i))) {
                throw new BadInputException(
                        "class " + i + " of data set " + data.uri() + " is " + mine.get(i) + ", of " + model
                                + " it is " + names.get(i) + Names.difference(mine.get(i), names.get(i))
                                + ": import the data with --classes " + Names.option(names));
            }
        }
    }

    /** Refuses a data set that has no row of some class, naming it. */
    static void requireAll(DataSet data, RowLabels labels) {
        int[] counts = labels.counts();
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                throw new BadInputException("data set " + data.uri() + " has no row of class " + c + ", "
                        + data.info().classes().get(c)
                        + ", which so cannot be balanced with the others: import pictures of it,"
                        + " or import again without it");
            }
        }
    }
}
