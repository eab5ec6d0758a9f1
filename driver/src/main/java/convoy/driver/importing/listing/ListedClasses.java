package convoy.driver.importing.listing;

import convoy.driver.importing.folders.FolderLayout;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What the labels of a list mean: names of classes, or their numbers. */
final class ListedClasses {
    private static final int LONGEST_NAME = 200;

    /** Each class has a name, and a name takes memory. */
    private static final int MOST = 1 << 16;

    private static final int LONGEST_NUMBER = 9;

    private final boolean byNumber;
    private final int first;
    private final boolean given;
    private final TreeSet<String> found = new TreeSet<>();
    private int mostNumber = -1;
    private List<String> names;
    private final Map<String, Integer> indexOf = new HashMap<>();

    /**
     * @param byNumber whether they are numbers
     * @param first the number of the first class
     * @param given names of the classes; empty if all labels that occur are classes
     */
    ListedClasses(boolean byNumber, int first, List<String> given) {
        this.byNumber = byNumber;
        this.first = first;
        this.given = !given.isEmpty();
        names = given.stream().map(FolderLayout::className).toList();
        number();
    }

    /** Whether all of these are numbers, as far as they are anything; then they are taken for those of classes. */
    static boolean areNumbers(List<String> labels) {
        return labels.stream().anyMatch(label -> !label.isEmpty())
                && labels.stream().allMatch(label -> label.chars().allMatch(letter -> letter >= '0' && letter <= '9'));
    }

    private void number() {
        indexOf.clear();
        for (int i = 0; i < names.size(); i++) {
            indexOf.put(names.get(i), i);
        }
    }

    /** Notes a label; what is wrong with it, to follow the name of its row. */
    Optional<String> note(String label) {
        if (label.isBlank()) {
            return Optional.of("has a label without a letter: name its class");
        }
        return byNumber ? noteNumber(label) : noteName(FolderLayout.className(label));
    }

    private Optional<String> noteNumber(String label) {
        int most = given ? first + names.size() : first + MOST;
        int number = label.length() <= LONGEST_NUMBER ? Integer.parseInt(label) : Integer.MAX_VALUE;
        if (number < first || number >= most) {
            return Optional.of("has label " + label + ", outside [" + first + ", " + most + ")"
                    + (number == most && first == 0 ? ": if classes are counted from 1, say --first-label 1" : ""));
        }
        mostNumber = Math.max(mostNumber, number - first);
        return Optional.empty();
    }

    private Optional<String> noteName(String name) {
        if (name.length() > LONGEST_NAME) {
            return Optional.of("has a label of " + Counts.plain(name.length(), "letter") + ", at most " + LONGEST_NAME
                    + " name a class");
        }
        if (given && !indexOf.containsKey(name)) {
            return Optional.of("has the label " + name + ", which is none of the classes given"
                    + Names.nearest(name, names)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(""));
        }
        found.add(name);
        if (found.size() > MOST) {
            throw new BadInputException("the list has more than " + MOST + " different labels, as " + name
                    + ": give the column of classes with --label-column");
        }
        return Optional.empty();
    }

    /** The classes, once every label was noted. */
    List<String> names() {
        if (!given) {
            names = byNumber
                    ? IntStream.rangeClosed(first, first + mostNumber)
                            .mapToObj(Integer::toString)
                            .toList()
                    : List.copyOf(found);
            number();
        }
        return names;
    }

    /** The class of a label that was noted without a fault, once {@link #names} was asked for. */
    int index(String label) {
        return byNumber ? Integer.parseInt(label) - first : indexOf.getOrDefault(FolderLayout.className(label), -1);
    }
}
