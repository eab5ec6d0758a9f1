package convoy.driver.replacing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.fixture.SteppedFileSystem.Operation;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.DataFile;
import convoy.worker.data.format.RowSums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Puts data sets where others are, with real files, and has the process die between any two changes. */
final class PlaceTest {
    private static final String PART = "part-00000-of-00001.parquet";

    private final Path directory;
    private final Configuration hadoop = SteppedFileSystem.hadoop();

    /** The process has died: from now on nothing is changed any more. */
    private static final class Dark extends IOException {
        private static final long serialVersionUID = 1L;

        Dark() {
            super("the lights went out");
        }
    }

    PlaceTest(@TempDir Path directory) throws IOException {
        this.directory = directory.toRealPath();
        SteppedFileSystem.renameLikeHdfs(true);
        write("pics/cat/1.png", "a picture");
    }

    @AfterEach
    void lightsOn() {
        SteppedFileSystem.ask((operation, path) -> {});
        SteppedFileSystem.renameLikeHdfs(false);
    }

    /** Has the process die after so many changes; what is given back says how many are left. */
    private static AtomicInteger darkAfter(int changes) {
        AtomicInteger left = new AtomicInteger(changes);
        SteppedFileSystem.ask((operation, path) -> {
            if (operation != Operation.LIST) {
                if (left.get() == 0) {
                    throw new Dark();
                }
                left.decrementAndGet();
            }
        });
        return left;
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static DatasetInfo info(String text) {
        return DatasetInfo.of(
                List.of("cat", "dog"),
                List.of(),
                List.of(),
                DatasetInfo.Encoding.ENCODED,
                0,
                0,
                3,
                List.of(new DataFile(PART, text.length(), "", List.of(1))));
    }

    private void dataSet(String name, String text) throws IOException {
        write(name + "/" + PART, text);
        write(name + "/dataset.json", info(text).toJson());
    }

    private void put(String from, String to, String text, boolean overwrite) throws IOException {
        Place place = Place.prepare(hadoop, from, to, overwrite);
        try (var out = place.files().create(new org.apache.hadoop.fs.Path(place.unfinished(), PART))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        place.commit(info(text), RowSums.of(new int[0]));
    }

    /** Every file and directory below, files with their texts. */
    private Map<String, String> everything() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                found.put(
                        directory.relativize(file).toString(),
                        Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "");
            }
        }
        return found;
    }

    /** Refused in one line, with nothing changed, and with no advice that would be refused too. */
    private void assertRefused(String from, String to, boolean overwrite, String... parts) throws IOException {
        Map<String, String> before = everything();
        assertThatThrownBy(() -> Place.prepare(hadoop, from, to, overwrite))
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .contains(parts)
                        .doesNotContain("\n")
                        .doesNotContain("say --overwrite"));
        assertThat(everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTargetThatHoldsTheSourceOrLiesInItIsRefused(boolean overwrite) throws IOException {
        dataSet("pics/set", "old");
        dataSet("set", "old");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("pics"));
        Files.createSymbolicLink(directory.resolve("inside"), directory.resolve("pics/cat"));
        String root = directory.toString();
        assertRefused(
                root + "/pics", root, overwrite, "source " + root + "/pics lies in target " + root, "name a target");
        assertRefused(root + "/pics", root + "/pics", overwrite, "are the same place");
        assertRefused(root + "/pics", "file:" + root + "/pics/", overwrite, "are the same place");
        assertRefused(root + "/pics", "FILE://" + root + "/set/../pics", overwrite, "are the same place");
        assertRefused("file://" + root + "/pics", root + "/link", overwrite, "are the same place", "link (file:");
        assertRefused(root + "/link", root + "/pics/set", overwrite, "holds target");
        assertRefused(root + "/link/", root + "/pics/new/deep", overwrite, "holds target");
        assertRefused(root + "/inside", root + "/link", overwrite, "lies in target");
        assertRefused(root + "/pics/cat/1.png", root + "/pics", overwrite, "lies in target");
        assertRefused(root + "/.set.importing", root + "/set", overwrite, "are the same place");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNoDataSetOfOursIsNeverReplaced(boolean overwrite) throws IOException {
        String from = directory + "/pics";
        write("thesis/chapter.txt", "years of work");
        assertRefused(from, directory + "/thesis", overwrite, "holds chapter.txt and no dataset.json");
        dataSet("above/train", "old");
        assertRefused(from, directory + "/above", overwrite, "holds train/ and no dataset.json");
        write("file", "text");
        assertRefused(from, directory + "/file", overwrite, "is a file");
        dataSet("mixed", "old");
        write("mixed/notes.txt", "mine");
        assertRefused(from, directory + "/mixed", overwrite, "holds notes.txt, which is no part of the data set");
        Files.delete(directory.resolve("mixed/notes.txt"));
        write("mixed/.notes.txt.crc", "mine too, though it looks like a checksum");
        assertRefused(from, directory + "/mixed", overwrite, "holds .notes.txt.crc");
        dataSet("deep", "old");
        Files.createDirectories(directory.resolve("deep/_SUCCESS"));
        assertRefused(from, directory + "/deep", overwrite, "holds _SUCCESS/");
        dataSet("more", "old");
        write("more/part-00001-of-00002.parquet", "of another data set, or none");
        assertRefused(from, directory + "/more", overwrite, "holds part-00001-of-00002.parquet");
        write("json/dataset.json", "{\"title\": \"somebody else's\"}");
        assertRefused(from, directory + "/json", overwrite, "has a dataset.json that is no data set's");
        write(
                "sql/dataset.json",
                "{\"classes\": [\"a\"], \"encoding\": \"raw\", \"height\": 0, \"width\": 0, \"channels\": 3}");
        write("sql/part.parquet", "of Spark SQL");
        assertRefused(from, directory + "/sql", overwrite, "names no files");
        Files.createSymbolicLink(directory.resolve("nowhere"), directory.resolve("not there"));
        assertRefused(from, directory + "/nowhere", overwrite, "symbolic link to what is not there");
        dataSet("hidden", "old");
        write(".hidden.importing/diary.txt", "mine");
        assertRefused(from, directory + "/hidden", overwrite, ".hidden.importing", "holds diary.txt");
        dataSet("again", "old");
        write(".again.replaced/diary.txt", "mine");
        assertRefused(from, directory + "/again", overwrite, ".again.replaced", "holds diary.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stepped://here"})
    void aDataSetIsReplacedWithItsLitter(String scheme) throws IOException {
        dataSet("set", "old");
        for (String litter : List.of(
                "_SUCCESS",
                "._SUCCESS.crc",
                "." + PART + ".crc",
                ".dataset.json.draft",
                ".whitening.draft",
                ".part-00000-of-00001.parquet.17",
                "whitening-0123456789ab.safetensors",
                ".DS_Store")) {
            write("set/" + litter, "x");
        }
        String from = scheme + directory + "/pics";
        String to = scheme + directory + "/set";
        assertThatThrownBy(() -> Place.prepare(hadoop, from, to, false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds a data set already: name another, or say --overwrite to replace it");
        put(from, to, "new", true);
        assertThat(everything().keySet())
                .filteredOn(name -> name.contains("set") && !name.endsWith(".crc"))
                .containsExactly("set", "set/dataset.json", "set/" + PART, "set/rows.crc32c");
        assertThat(Files.readString(directory.resolve("set/" + PART))).isEqualTo("new");
    }

    @Test
    void whereALinkLeadsIsReplacedAndTheLinkStays() throws IOException {
        dataSet("big/set", "old");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("big/set"));
        put(directory + "/pics", directory + "/link", "new", true);
        assertThat(directory.resolve("link")).isSymbolicLink();
        assertThat(Files.readString(directory.resolve("big/set/" + PART))).isEqualTo("new");
    }

    @Test
    void anEmptyDirectoryNeedsNoOption() throws IOException {
        Files.createDirectories(directory.resolve("empty"));
        put(directory + "/pics", directory + "/empty", "new", false);
        assertThat(Files.readString(directory.resolve("empty/" + PART))).isEqualTo("new");
    }

    /** At whatever change the process dies, old or new is there, whole, or comes back; the next import says which. */
    @Test
    void aCrashBetweenAnyTwoChangesLosesNothing() throws IOException {
        String from = "stepped://here" + directory + "/pics";
        String to = "stepped://here" + directory + "/set";
        boolean[] seen = new boolean[3];
        for (int changes = 0; ; changes++) {
            clean("set");
            clean(".set.importing");
            clean(".set.replaced");
            dataSet("set", "old");
            AtomicInteger left = darkAfter(changes);
            boolean whole = true;
            try {
                put(from, to, "new", true);
                whole = left.get() > 0;
            } catch (Dark | UncheckedIOException dark) {
                whole = false;
            }
            SteppedFileSystem.ask((operation, path) -> {});
            boolean away = !Files.exists(directory.resolve("set"));
            String there = Files.readString(directory.resolve(away ? ".set.replaced/" + PART : "set/" + PART));
            assertThat(there).as("after %d changes", changes).isIn("old", "new");
            seen[away ? 1 : there.equals("old") ? 0 : 2] = true;
            // Without the option the next import gives back what there was, or says that it is there.
            assertThatThrownBy(() -> Place.prepare(hadoop, from, to, false))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("holds a data set already");
            assertThat(Files.readString(directory.resolve("set/" + PART))).isEqualTo(there);
            assertThat(DatasetInfo.read(
                                    new org.apache.hadoop.fs.Path(to).getFileSystem(hadoop),
                                    new org.apache.hadoop.fs.Path(to, "dataset.json"))
                            .fingerprint())
                    .isEqualTo(info(there).fingerprint());
            // With it, it goes through, and leaves nothing.
            put(from, to, "newer", true);
            assertThat(everything().keySet())
                    .filteredOn(name -> name.contains("set"))
                    .containsExactly("set", "set/dataset.json", "set/" + PART, "set/rows.crc32c");
            if (whole) {
                break;
            }
        }
        assertThat(seen).containsExactly(true, true, true);
    }

    private void clean(String name) throws IOException {
        Path place = directory.resolve(name);
        if (Files.exists(place)) {
            try (Stream<Path> files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(place);
        }
    }

    @Test
    void objectStoresAreKnownByTheirScheme() {
        assertThat(List.of("gs", "S3A", "wasbs")).allMatch(Place::isObjectStore);
        assertThat(List.of("hdfs", "file", "viewfs", "webhdfs")).noneMatch(Place::isObjectStore);
    }
}
