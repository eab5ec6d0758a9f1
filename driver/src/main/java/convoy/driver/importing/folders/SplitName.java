package convoy.driver.importing.folders;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What people call the parts of a data set: {@code train}, {@code Test}, {@code training_set}, {@code val2017}. */
final class SplitName {
    private static final Set<String> WORDS = Set.of(
            "train",
            "training",
            "trainset",
            "trainval",
            "test",
            "tests",
            "testing",
            "testset",
            "val",
            "valid",
            "validate",
            "validation",
            "valset",
            "eval",
            "evaluation",
            "dev",
            "devset",
            "holdout",
            "heldout",
            "pred",
            "predict",
            "prediction",
            "extra",
            "unlabeled",
            "unlabelled");

    /** What stands beside them and says nothing. */
    private static final Set<String> BESIDE = Set.of(
            "set",
            "data",
            "dataset",
            "split",
            "folder",
            "image",
            "images",
            "img",
            "imgs",
            "picture",
            "pictures",
            "photos",
            "seg",
            "out",
            "held",
            "hold");

    private static final Set<String> TWO_WORDS = Set.of("held out", "hold out");

    private SplitName() {}

    /** Whether a folder's name is made of these words, however it is written, and of numbers. */
    static boolean isOne(String folder) {
        List<String> words = words(folder);
        return hasSplit(words) && words.stream().allMatch(word -> WORDS.contains(word) || BESIDE.contains(word));
    }

    /** Whether all of these, two or more, have such a word among others, as {@code birds_train} and {@code birds_test}. */
    static boolean areIn(Collection<String> folders) {
        return folders.size() > 1 && folders.stream().allMatch(folder -> hasSplit(words(folder)));
    }

    private static boolean hasSplit(List<String> words) {
        return words.stream().anyMatch(WORDS::contains) || TWO_WORDS.contains(String.join(" ", words));
    }

    private static List<String> words(String folder) {
        // "trainSet" and "train_set", "val2017" and "val-2017" are the same words.
        return Arrays.stream(folder.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ")
                        .toLowerCase(Locale.ROOT)
                        .split("[^\\p{L}]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
