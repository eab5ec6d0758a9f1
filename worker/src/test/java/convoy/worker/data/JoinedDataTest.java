package convoy.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.JoinedData.Member;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.Slice;
import convoy.worker.data.split.RowKeys;
import convoy.worker.data.split.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinedDataTest {
    private final Path directory;

    JoinedDataTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private DataSet day(String name, int rows) {
        return SmallDataSet.raw(directory.resolve(name), rows, 8);
    }

    private DataSet joined(String name, Member... members) {
        try {
            Path folder = Files.createDirectories(directory.resolve(name));
            Files.writeString(
                    folder.resolve(DatasetInfo.FILE_NAME),
                    JoinedData.describe(List.of(members)).toJson());
            return open(name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private DataSet open(String name) {
        return DataSet.open(new Configuration(), directory.resolve(name).toUri().toString());
    }

    /** A row as text: its label and its picture. */
    private static List<String> rows(DataSet data) {
        List<String> rows = new ArrayList<>();
        for (int group = 0; group < data.rowGroupCount(); group++) {
            RowGroup read = data.read(group);
            for (int i = 0; i < read.rows(); i++) {
                rows.add(read.labels()[i] + " "
                        + Arrays.hashCode(Arrays.copyOfRange(read.bytes(), read.offsets()[i], read.offsets()[i + 1])));
            }
        }
        return rows;
    }

    private static List<Long> ids(DataSet data) {
        List<Long> ids = new ArrayList<>();
        for (int group = 0; group < data.rowGroupCount(); group++) {
            Arrays.stream(data.read(group).ids()).forEach(ids::add);
        }
        return ids;
    }

    @Test
    void hasTheRowsOfAllInTheirOrder() {
        DataSet monday = day("monday", 50);
        DataSet tuesday = day("tuesday", 37);
        DataSet both = joined("both", Member.of("monday", monday), Member.of("tuesday", tuesday));
        assertThat(both.rows()).isEqualTo(87);
        assertThat(both.rowGroupCount()).isEqualTo(monday.rowGroupCount() + tuesday.rowGroupCount());
        List<String> wanted = new ArrayList<>(rows(monday));
        wanted.addAll(rows(tuesday));
        assertThat(rows(both)).isEqualTo(wanted);
        assertThat(both.info().classes()).isEqualTo(monday.info().classes());
        assertThat(both.info().height()).isEqualTo(8);
        assertThat(both.rowGroupOf(50)).isEqualTo(monday.rowGroupCount());
        assertThat(both.labels().counts()).containsExactly(23, 22, 21, 21);
        assertThat(both.labels().labels()).hasSize(87);
    }

    @Test
    void idsAreUniqueAndDoNotDependOnWhatIsJoined() {
        DataSet monday = day("monday", 50);
        DataSet tuesday = day("tuesday", 37);
        List<Long> all = ids(joined("both", Member.of("monday", monday), Member.of("tuesday", tuesday)));
        assertThat(new HashSet<>(all)).hasSize(87);
        assertThat(ids(joined("other", Member.of("tuesday", tuesday), Member.of("sunday", day("sunday", 9))))
                        .subList(0, 37))
                .isEqualTo(all.subList(50, 87));
        RowKeys keys = open("both").keys();
        assertThat(Arrays.stream(keys.ids()).boxed().toList()).isEqualTo(all);
    }

    @Test
    void oneAloneIsReadInTheOrderInWhichItIsReadByItself() {
        DataSet monday = day("monday", 100);
        DataSet alone = joined("alone", Member.of("monday", monday));
        EpochOrder mine = alone.order(7, 2, 5);
        EpochOrder own = monday.order(7, 2, 5);
        assertThat(mine.stepsPerEpoch()).isEqualTo(own.stepsPerEpoch());
        for (int step = 0; step < 2 * mine.stepsPerEpoch(); step++) {
            Slice here = mine.slice(step, 1);
            Slice there = own.slice(step, 1);
            assertThat(here.rowGroups()).isEqualTo(there.rowGroups());
            assertThat(here.rows()).isEqualTo(there.rows());
        }
    }

    @Test
    void aPartHasItsRowsAlone() {
        DataSet monday = day("monday", 80);
        DataSet tuesday = day("tuesday", 40);
        Split tenth = new Split.Share(0.1, 3);
        Parts cut = monday.split(tenth);
        Parts other = tuesday.split(tenth);
        DataSet training =
                joined("training", Member.of("monday", cut.training()), Member.of("tuesday", other.training()));
        DataSet heldOut = joined("held-out", Member.of("monday", cut.heldOut()), Member.of("tuesday", other.heldOut()));
        assertThat(training.rows()).isEqualTo(108);
        assertThat(heldOut.rows()).isEqualTo(12);
        List<String> wanted = new ArrayList<>(rows(cut.training()));
        wanted.addAll(rows(other.training()));
        assertThat(rows(training)).isEqualTo(wanted);
        Set<Long> both = new HashSet<>(ids(training));
        both.retainAll(ids(heldOut));
        assertThat(both).isEmpty();
        assertThat(Arrays.stream(training.keys().ids()).boxed().toList()).isEqualTo(ids(training));
        assertThat(training.labels().labels())
                .isEqualTo(training.keys().labels().labels());
        assertThat(training.split(tenth).heldOut().rows())
                .as("it can be split itself")
                .isPositive();
    }

    @Test
    void rowsComeAsOftenAsIsSaid() {
        DataSet monday = day("monday", 40);
        DataSet tuesday = day("tuesday", 40);
        DataSet weighted = joined("weighted", Member.of("monday", monday), new Member("tuesday", tuesday, 2.3));
        assertThat(weighted.rows()).isEqualTo(40 + 2 * 40 + 12);
        assertThat(new HashSet<>(ids(weighted)))
                .as("copies are rows of their own")
                .hasSize(132);
        Map<String, Integer> counts = new HashMap<>();
        List<String> all = rows(weighted);
        all.subList(40, all.size()).forEach(row -> counts.merge(row, 1, Integer::sum));
        assertThat(counts).hasSize(40);
        assertThat(Collections.frequency(counts.values(), 2)).isEqualTo(28);
        assertThat(Collections.frequency(counts.values(), 3)).isEqualTo(12);
        assertThat(weighted.labels().counts()).as("of each class alike").containsExactly(33, 33, 33, 33);
    }

    @Test
    void aWeightedPartOfADataSetIsThatOfItsRows() {
        Parts cut = day("monday", 80).split(new Split.Share(0.25, 1));
        DataSet weighted = joined("weighted", new Member("monday", cut.training(), 1.5));
        assertThat(weighted.rows()).isEqualTo(60 + 32);
        assertThat(new HashSet<>(rows(weighted))).isEqualTo(new HashSet<>(rows(cut.training())));
    }

    @Test
    void itsFingerprintIsThatOfTheRowsWhereverTheyLie() {
        DataSet monday = day("monday", 40);
        DataSet moved = day("elsewhere", 40);
        String fingerprint = joined("one", Member.of("day", monday)).info().fingerprint();
        assertThat(joined("two", Member.of("day", moved)).info().fingerprint()).isEqualTo(fingerprint);
        assertThat(joined("three", Member.of("night", monday)).info().fingerprint())
                .isNotEqualTo(fingerprint);
        assertThat(joined("four", new Member("day", monday, 2)).info().fingerprint())
                .isNotEqualTo(fingerprint);
        Parts cut = monday.split(new Split.Share(0.5, 1));
        assertThat(joined("five", Member.of("day", cut.training())).info().fingerprint())
                .isNotEqualTo(
                        joined("six", Member.of("day", cut.heldOut())).info().fingerprint());
    }

    @Test
    void meanAndDeviationAreThoseOfAllRows() {
        DataSet monday = day("monday", 40);
        DataSet both = joined("both", Member.of("monday", monday), new Member("tuesday", day("tuesday", 40), 3));
        assertThat(both.info().mean()).isEqualTo(monday.info().mean());
        for (int c = 0; c < 3; c++) {
            assertThat(both.info().std().get(c))
                    .isCloseTo(monday.info().std().get(c), org.assertj.core.data.Offset.offset(1e-12));
        }
    }

    @Test
    void whatHasChangedSinceIsRefused() {
        DataSet monday = day("monday", 40);
        joined("one", Member.of("monday", monday));
        SmallData.write(directory.resolve("monday"), SmallData.rawRows(41, 4, 8, 8), 8, 3, Encoding.RAW, 8, 8, 4);
        assertThatThrownBy(() -> open("one"))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching("data set .*/one/ is joined of .*/monday/ with fingerprint sha256:.*")
                .hasMessageContaining("put back what was there");
    }

    @Test
    void whatIsJoinedAlreadyIsNotJoinedAgain() throws IOException {
        DataSet one = joined("one", Member.of("monday", day("monday", 40)));
        assertThatThrownBy(() -> JoinedData.describe(List.of(Member.of("all", one))))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is joined of others itself: name those that it is joined of");
        // One that names itself would never end.
        Path file = directory.resolve("one").resolve(DatasetInfo.FILE_NAME);
        Files.writeString(file, Files.readString(file).replaceFirst("(\"uri\" : \"[^\"]*/)monday", "$1one"));
        assertThatThrownBy(() -> open("one"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is joined of others itself");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws IOException {
        DataSet monday = day("monday", 40);
        SmallData.write(directory.resolve("five"), SmallData.rawRows(40, 5, 8, 8), 8, 3, Encoding.RAW, 8, 8, 5);
        refused("has 5 classes", Member.of("monday", monday), Member.of("five", open("five")));
        refused(
                "under the names monday and monday, which are the same",
                Member.of("monday", monday),
                Member.of("monday", monday));
        assertThatThrownBy(() -> JoinedData.describe(List.of()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("no data set is given");
        assertThatThrownBy(() -> new Member("a/b", monday, 1)).hasMessageContaining("without a slash");
        assertThatThrownBy(() -> new Member("a", monday, 0.5)).hasMessageContaining("0.5 times");
        assertThatThrownBy(() -> new Member("a", monday, Double.NaN)).hasMessageContaining("NaN times");
        assertThatThrownBy(() -> new Member("a", monday, 1e9)).hasMessageContaining("1 to 1000 are possible");
    }

    private static void refused(String part, Member... members) {
        assertThatThrownBy(() -> JoinedData.describe(List.of(members)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(part);
    }

    @Test
    void aDamagedDescriptionIsRefused() throws IOException {
        Parts cut = day("monday", 40).split(new Split.Share(0.5, 1));
        joined("one", Member.of("monday", cut.training()));
        Path file = directory.resolve("one").resolve(DatasetInfo.FILE_NAME);
        String whole = Files.readString(file);
        assertThat(whole).contains("\"format\" : 3");
        for (String rows : List.of("AAAA", "no base 64 !", "////////////////", "/wAAAAAAAAA=")) {
            Files.writeString(file, whole.replaceFirst("\"rows\" : \"[^\"]*\"", "\"rows\" : \"" + rows + "\""));
            assertThatThrownBy(() -> open("one"))
                    .as(rows)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("join them anew");
        }
        Files.writeString(file, whole.replaceFirst("(?s)\"parts\" : \\[.*?\\]", "\"parts\" : [ ]"));
        assertThatThrownBy(() -> open("one"))
                .as("without what it is joined of")
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("parts is empty: join the data sets anew");
    }
}
