package convoy.jobs.retrain.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import convoy.jobs.retrain.file.DataPlan;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in folders of days, and in a manifest. */
final class DataListingTest {
    private final Path folder;
    private final DataListing listing = reading(uri -> {
        throw new AssertionError(uri + " is not read");
    });

    DataListingTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static DataListing reading(UnaryOperator<String> texts) {
        return new DataListing(new Configuration(), texts, table -> {
            throw new AssertionError(table + " is not asked for");
        });
    }

    private String data(String name, int rows) throws IOException {
        List<ImageRow> group = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            group.add(new ImageRow(id, new byte[] {(byte) name.length(), (byte) id, 3, 4}, 0, 2, 2, 1));
        }
        return RawData.write(folder.resolve(name), List.of("only"), group, 10);
    }

    private DataPlan.Partitions days() {
        return new DataPlan.Partitions(folder.toUri() + "day={date}");
    }

    @Test
    void foldersOfDaysAreRead() throws Exception {
        data("day=2026-11-20", 3);
        data("day=2026-11-19", 5);
        Files.createDirectories(folder.resolve("day=2026-11-21"));
        Files.createDirectories(folder.resolve("_temporary"));
        Files.createFile(folder.resolve(".day=2026-11-22.importing"));
        Files.createFile(folder.resolve("README"));
        Listing found = listing.of(days());
        assertThat(found.dataSets())
                .extracting(Offered::id, Offered::rows, Offered::day)
                .containsExactly(
                        tuple("day=2026-11-19", 5L, Optional.of(LocalDate.of(2026, 11, 19))),
                        tuple("day=2026-11-20", 3L, Optional.of(LocalDate.of(2026, 11, 20))));
        Offered first = found.dataSets().get(0);
        assertThat(DataSet.open(new Configuration(), first.uri()).info().fingerprint())
                .isEqualTo(first.fingerprint());
        assertThat(found.notes())
                .containsExactly(
                        "README is not called day={date}, and is passed over.",
                        "day=2026-11-21 has no dataset.json yet, and is passed over until it has.");
    }

    @Test
    void aDayWithoutRowsIsADay() throws Exception {
        Files.createDirectories(folder.resolve("day=2026-11-20"));
        Files.writeString(
                folder.resolve("day=2026-11-20/dataset.json"),
                "{\"format\": 2, \"classes\": [\"only\"], \"encoding\": \"raw\", \"height\": 2, \"width\": 2,"
                        + " \"channels\": 1, \"rows\": 0}");
        assertThat(listing.of(days()).dataSets())
                .singleElement()
                .extracting(Offered::rows)
                .isEqualTo(0L);
    }

    /** Each by its name, all at once. */
    @Test
    void namesThatAreNoDaysAreNamed() throws Exception {
        for (String name : List.of("day=2026-13-45", "day=2026-02-30", "day=26-11-20", "day=2026-11-20T01", "day=")) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.createFile(folder.resolve("day=2026-11-20"));
        assertThatThrownBy(() -> listing.of(days()))
                .isInstanceOf(BadInputException.class)
                .extracting(
                        refused -> String.valueOf(refused.getMessage()).lines().toList())
                .asInstanceOf(list(String.class))
                .hasSize(6)
                .anyMatch(line -> line.matches(
                        "partition .*/day=2026-13-45 is called as a day, day=\\{date}, and holds no date: rename it to year,"
                                + " month and day, as day=2026-11-20"))
                .anyMatch(line -> line.matches("partition .*/day=2026-02-30 is called as a day.*"))
                .anyMatch(line -> line.matches("partition .*/day=26-11-20 is called as a day.*"))
                .anyMatch(line -> line.matches("partition .*/day=2026-11-20T01 is called as a day.*"))
                .anyMatch(line -> line.matches("partition .*/day= is called as a day.*"))
                .anyMatch(line -> line.matches(
                        "partition .*/day=2026-11-20 is a file: a day is a data set, as import writes it"));
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> listing.of(new DataPlan.Partitions(folder.toUri() + "gone/day={date}")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gone")
                .hasMessageContaining("correct data.uri, or write the first day there");
    }

    @Test
    void aManifestIsRead() throws Exception {
        data("autumn", 3);
        String manifest = folder.toUri() + "manifest.json";
        DataListing texts = reading(uri ->
                "{\"format\": 1, \"data-sets\": [{\"id\": \"first\", \"uri\": \"autumn\", \"day\": \"2026-11-20\"}]}");
        Listing found = texts.of(new DataPlan.Manifest(manifest));
        assertThat(found.dataSets()).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo("first");
            assertThat(one.rows()).isEqualTo(3);
            assertThat(one.uri()).isEqualTo(folder.toUri() + "autumn");
            assertThat(one.day()).contains(LocalDate.of(2026, 11, 20));
        });
    }

    @Test
    void allThatIsWrongWithAManifestIsSaid() {
        DataListing texts =
                reading(uri -> "{\"data-set\": [], \"data-sets\": [{\"id\": \"\", \"uri\": \"a\"}, {\"id\": \"b\"},"
                        + " {\"id\": \"c\", \"uri\": \"c\", \"day\": \"yesterday\"}]}");
        assertThatThrownBy(() -> texts.of(new DataPlan.Manifest("manifest.json")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("manifest.json:1: data-set is no key here; did you mean data-sets?")
                .hasMessageContaining("data-sets.0.id = '' is empty")
                .hasMessageContaining("data-sets.1.uri is missing")
                .hasMessageContaining(
                        "data-sets.2.day = 'yesterday' is no day: write year, month and day, as '2026-11-20'");
        DataListing twice = reading(uri -> "data-sets: [{id: a, uri: a}, {id: a, uri: b}]");
        assertThatThrownBy(() -> twice.of(new DataPlan.Manifest("manifest.yaml")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("data-sets has the id 'a' twice");
    }

    @Test
    void anEntryThatIsNoDataSetIsRefused() {
        DataListing texts = reading(uri -> "data-sets: [{id: a, uri: gone-a}, {id: b, uri: gone-b}]");
        assertThatThrownBy(() -> texts.of(new DataPlan.Manifest(folder.toUri() + "manifest.yaml")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("gone-a")
                .hasMessageContaining("gone-b");
    }
}
