package convoy.driver.importing.records;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a file in IDX form says: {@code train-images-idx3-ubyte}, {@code emnist-letters-test-labels-idx1-ubyte}.
 *
 * @param set which of EMNIST's six (Cohen et al. 2017), as {@code letters}; empty for MNIST and all else
 * @param half {@code train} or {@code test}
 * @param images whether it holds images, and not labels
 */
public record IdxName(String set, String half, boolean images) {
    private static final List<String> SETS = List.of("balanced", "byclass", "bymerge", "digits", "letters", "mnist");

    /** Their labels are the digits that they stand for. */
    private static final List<String> SETS_OF_DIGITS = List.of("digits", "mnist");

    private static final Pattern NAME =
            Pattern.compile("(?:(.*)-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(?:\\.bin)?");
    private static final String PREFIX = "emnist-";
    private static final String MAPPING = "-mapping.txt";

    static Optional<IdxName> of(String name) {
        Matcher found = NAME.matcher(name);
        if (!found.matches()) {
            return Optional.empty();
        }
        String before = Optional.ofNullable(found.group(1)).orElse("");
        String set = before.startsWith(PREFIX) ? before.substring(PREFIX.length()) : "";
        String half = found.group(2).equals("train") ? "train" : "test";
        return Optional.of(
                new IdxName(SETS.contains(set) ? set : "", half, found.group(3).equals("images")));
    }

    /** The set whose classes a file of that name lists, as {@code emnist-letters-mapping.txt}. */
    static Optional<String> setOfMapping(String name) {
        return SETS.stream().filter(set -> name.equals(PREFIX + set + MAPPING)).findFirst();
    }

    /** The file that lists the classes of this set. */
    String mapping() {
        return PREFIX + set + MAPPING;
    }

    /** As a person names it: {@code train}, {@code letters-test}. */
    String part() {
        return set.isEmpty() ? half : set + "-" + half;
    }

    boolean isOfEmnist() {
        return !set.isEmpty();
    }

    /** Whether its labels say nothing of their classes by themselves. */
    boolean needsMapping() {
        return isOfEmnist() && !SETS_OF_DIGITS.contains(set);
    }

    /** The label of the first class. */
    int firstLabel() {
        return set.equals("letters") ? 1 : 0;
    }

    /** Whether this is the split that is wanted; empty: any. */
    boolean isWanted(String split) {
        return split.isEmpty() || split.equals(half) || split.equals(part());
    }

    /**
     * {@return whether a source in IDX form may have such a split}
     *
     * @param split as it is typed
     */
    public static boolean hasSplit(String split) {
        return split.equals("train")
                || split.equals("test")
                || SETS.stream().anyMatch(set -> split.equals(set + "-train") || split.equals(set + "-test"));
    }
}
