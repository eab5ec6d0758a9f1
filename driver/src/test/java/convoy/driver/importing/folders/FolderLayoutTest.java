package convoy.driver.importing.folders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.folders.FolderLayout.Role;
import convoy.records.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FolderLayoutTest {
    private static List<String> folders(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(folder -> folder.equals("-") ? "" : folder)
                .toList();
    }

    /** The class of each folder; {@code -} of another split, {@code !} outside. */
    private static String roles(List<String> folders, String split, int depth) {
        FolderLayout layout = FolderLayout.of(
                "pics",
                folders,
                split.isEmpty() ? Optional.empty() : Optional.of(split),
                depth == 0 ? Optional.empty() : Optional.of(depth));
        return folders.stream()
                .map(layout::role)
                .map(role -> role instanceof Role.OfClass of ? of.name() : role instanceof Role.Outside ? "!" : "-")
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // folders | split | depth | classes
                "cat dog | '' | 0 | cat dog",
                "pets/cat pets/dog | '' | 0 | cat dog",
                "a/b/c/cat a/b/c/dog | '' | 0 | cat dog",
                "cat/2019 cat/2020/may dog | '' | 0 | cat cat dog",
                "cat | '' | 0 | cat",
                "pets/cat | '' | 0 | cat",
                "train/cat train/dog | '' | 0 | cat dog",
                "train/cat train/dog | train | 0 | cat dog",
                "train/cat train/dog test/cat | train | 0 | cat dog -",
                "train/cat train/dog test/cat | test | 0 | - - cat",
                "Train/cat Train/dog Test/cat | Train | 0 | cat dog -",
                "training_set/training_set/cat training_set/training_set/dog test_set/test_set/cat | training_set | 0"
                        + " | cat dog -",
                "train/cat test/cat extra/cat | extra | 0 | - - cat",
                "train/cat train/dog test | train | 0 | cat dog -",
                "train/train/cat train/train/dog | train | 0 | cat dog",
                "seg_train/seg_train/sea seg_train/seg_train/ice seg_pred/seg_pred | seg_train | 0 | sea ice -",
                // CIFAR-100 has a class called train.
                "c/train/apple c/train/train c/test/apple c/test/train | train | 0 | apple train - -",
                "c/train/apple c/train/train c/test/apple c/test/train | test | 0 | - - apple train",
                "apple train bus | '' | 0 | apple train bus",
                "train/apple train/train | train | 0 | apple train",
                // Splits right below the classes.
                "cat/train cat/test dog/train dog/test | train | 0 | cat - dog -",
                "cat/train cat/test cat dog/train dog/test | train | 0 | cat - - dog -",
                "b\u0308/train/cat b\u0308/train/dog b\u0308/test/cat | train | 0 | cat dog -",
                "U\u0308bung/cat U\u0308bung/dog x/cat | \u00DCbung | 0 | cat dog -",
                // Strays.
                "- cat dog | '' | 0 | ! cat dog",
                "- pets pets/cat pets/dog | '' | 0 | ! ! cat dog",
                "- train train/cat train/dog test/cat | train | 0 | - ! cat dog -",
                // Depths that are told.
                "2019/cat 2019/dog 2020/cat | '' | 2 | cat dog cat",
                "train test | '' | 1 | train test",
                "cat/train dog/train dog/test dog | train | 1 | cat dog - -",
                "a/train/x/cat b/test/x/cat a/train | train | 4 | cat - !",
                "train/cat test/cat | '' | 1 | train test",
                "train/cat test/cat | '' | 2 | cat cat",
            })
    void wrappersSplitsAndClassesAreToldApart(String folders, String split, int depth, String classes) {
        assertThat(roles(folders(folders), split, depth)).isEqualTo(classes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train/cat test/cat | '' | holds test and train: say which, with --split test or --split train",
                "Train/cat Test/cat | '' | holds Test and Train: say which, with --split Test or --split Train",
                "d/training_set/a d/training_set/b d/test_set/a | '' | --split test_set or --split training_set",
                "train/cat train/dog test | '' | it holds test, train (with cat, dog); it is not clear",
                "train/cat test/cat misc/cat | '' | --classes-at 1 if these folders are, --classes-at 2",
                "train test | '' | it holds test, train; it is not clear which of these are classes",
                "train | '' | it holds train; it is not clear",
                "w/cat/train w/cat/test w/dog/train w/dog/test | ''"
                        + " | w holds cat (with test, train), dog (with test, train); it is not clear",
                "train/cat test/cat | val | has no folder val where splits lie; it holds test (with cat)",
                "cat dog | train | has no folder train where splits lie; it holds cat, dog: leave --split out",
                "train/cat train/dog test | test | the folder test holds pictures and no folders of classes",
                "- | '' | has pictures in its top folder, outside the folders of classes",
                "train/train/a train/b | train | it is not clear",
                "images/train/sea images/train/ice images/val/sea annotations/x | train | it is not clear",
                "full/train/cat full/val/cat small/train/cat small/val/cat | train | it is not clear",
                "cat cat/val dog dog/train | train | it is not clear",
                "birds_train/a birds_train/b birds_test/a | '' | holds birds_test and birds_train: say which",
                "ILSVRC2012_img_train/n01 ILSVRC2012_img_val/n01 | '' | say which, with --split",
                "fold1/cat fold1/dog fold2/cat fold2/dog | '' | --classes-at 1 if these folders are, --classes-at 2",
                "trainA testA trainB testB | '' | it is not clear",
                "train/train/a/x train/val/a/x train/val/b | train | '!'",
            })
    void doubtIsAnErrorThatShowsWhatWasSeen(String folders, String split, String complaint) {
        if (complaint.equals("!")) {
            // A split inside a split: the inner one is meant.
            assertThat(roles(folders(folders), split, 0)).isEqualTo("x - -");
            return;
        }
        assertThatThrownBy(() -> roles(folders(folders), split, 0))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("source pics")
                .hasMessageContaining(complaint);
    }

    @Test
    void theOrderOfTheFoldersDoesNotMatter() {
        List<String> folders = folders("c/train/apple c/train/train c/test/apple c/test/train c");
        FolderLayout one = FolderLayout.of("pics", folders, Optional.of("train"), Optional.empty());
        FolderLayout other =
                FolderLayout.of("pics", new TreeSet<>(folders).descendingSet(), Optional.of("train"), Optional.empty());
        assertThat(folders).allSatisfy(folder -> assertThat(other.role(folder)).isEqualTo(one.role(folder)));
    }

    /** A class of CIFAR-100 does not make the other 99 splits. */
    @Test
    void oneClassMayHaveTheNameOfASplit() {
        List<String> folders = Stream.concat(
                        Stream.of("train"), IntStream.range(0, 99).mapToObj(i -> "class" + i))
                .toList();
        assertThat(roles(folders, "", 0)).isEqualTo(String.join(" ", folders));
    }

    @Test
    void accentsAreTheSameLettersInBothForms() {
        assertThat(roles(List.of("caf\u00E9", "cafe\u0301", "tea"), "", 0)).isEqualTo("caf\u00E9 caf\u00E9 tea");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "Train",
                "TEST",
                "training",
                "training_set",
                "test-set",
                "trainSet",
                "val2017",
                "train_images",
                "Validation Data",
                "seg_train",
                "held-out",
                "holdout",
                "dev",
                "extra",
                "trainval"
            })
    void splitsAreCalledSo(String name) {
        assertThat(SplitName.isOne(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trains",
                "train_station",
                "birds_train",
                "cat",
                "data",
                "images",
                "set",
                "2017",
                "",
                "testudo",
                "pickup_truck"
            })
    void classesAreNot(String name) {
        assertThat(SplitName.isOne(name)).isFalse();
    }
}
