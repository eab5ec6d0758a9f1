package convoy.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import convoy.worker.storage.UntoldFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointsTest {
    private final Path directory;
    private final Checkpoints checkpoints;

    CheckpointsTest(@TempDir Path directory) {
        this.directory = directory;
        this.checkpoints = new Checkpoints(
                RunDirectory.open(new Configuration(), directory.toUri().toString(), "a-run"));
    }

    private Path place(long step) {
        return directory.resolve("a-run/checkpoints/" + String.format("step-%08d", step));
    }

    private List<SnapshotFile> files(long step, int count) throws IOException {
        Files.createDirectories(place(step));
        List<SnapshotFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] bytes =
                    ("values of step " + step + ", range " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String name = String.format("range-%05d-of-%05d.safetensors", i, count);
            Files.write(place(step).resolve(name), bytes);
            CRC32C checksum = new CRC32C();
            checksum.update(bytes);
            files.add(new SnapshotFile(
                    name, bytes.length, SnapshotFile.digits(checksum), new KeyRange(i * 10, i * 10 + 10)));
        }
        return files;
    }

    private Checkpoint commit(long step) throws Exception {
        return checkpoints.commit(new Manifest(
                step,
                new TreeMap<>(Map.of("seed", "1")),
                new TreeMap<>(Map.of("convoy.network", "x")),
                Optional.empty(),
                files(step, 2)));
    }

    @Test
    void theNewestIsToldByItsStep() throws Exception {
        assertThat(checkpoints.newest()).isEmpty();
        commit(200);
        commit(100);
        assertThat(checkpoints.whole()).containsExactly(100L, 200L);
        Checkpoint newest = checkpoints.newest().orElseThrow();
        assertThat(newest.step()).isEqualTo(200);
        assertThat(newest.manifest().determinants()).containsExactly(Map.entry("seed", "1"));
        checkpoints.verify(newest);
    }

    @Test
    void aDirectoryWithoutAManifestIsNoCheckpointAndIsCleanedUp() throws Exception {
        commit(100);
        files(200, 2);
        assertThat(checkpoints.newest().orElseThrow().step()).isEqualTo(100);
        assertThat(checkpoints.removeIncomplete()).containsExactly(200L);
        assertThat(place(200)).doesNotExist();
        assertThat(place(100).resolve("manifest.json")).exists();
    }

    @Test
    void retentionKeepsTheNewestWhateverIsAsked() throws Exception {
        for (long step = 100; step <= 400; step += 100) {
            commit(step);
        }
        files(500, 2);
        assertThat(checkpoints.retain(2, Long.MAX_VALUE, step -> false)).containsExactly(100L, 200L);
        assertThat(checkpoints.whole()).containsExactly(300L, 400L);
        assertThat(checkpoints.retain(0, Long.MAX_VALUE, step -> false)).containsExactly(300L);
        assertThat(checkpoints.whole()).containsExactly(400L);
        assertThat(place(500)).as("being written").exists();
    }

    @Test
    void whatIsNoCheckpointOfThisRunStays() throws Exception {
        for (long step = 100; step <= 700; step += 100) {
            commit(step);
        }
        Files.writeString(place(100).resolve("manifest.json"), "{\"mine\": 1}");
        Path other = place(200).resolve("manifest.json");
        Files.writeString(other, Files.readString(other).replace("\"seed\" : \"1\"", "\"seed\" : \"2\""));
        Path moved = place(300).resolve("manifest.json");
        Files.writeString(moved, Files.readString(moved).replace("\"step\" : 300", "\"step\" : 30"));
        Files.writeString(place(400).resolve("notes.txt"), "the best so far");
        Files.createDirectories(place(500).resolve("range-notes"));
        assertThat(checkpoints.retain(1, Long.MAX_VALUE, step -> false)).containsExactly(400L, 500L, 600L);
        for (long step : new long[] {100, 200, 300}) {
            assertThat(place(step)).isDirectoryContaining("glob:**range-00001-of-00002.safetensors");
        }
        assertThat(place(400)).isDirectoryContaining("glob:**notes.txt");
        assertThat(place(400).resolve("manifest.json")).doesNotExist();
        assertThat(place(500).resolve("range-notes")).exists();
        assertThat(place(600)).doesNotExist();
        assertThat(checkpoints.removeIncomplete()).isEmpty();
        assertThat(place(400)).isDirectoryContaining("glob:**notes.txt");
        assertThat(place(700).resolve("manifest.json")).exists();
    }

    /** As Java sees a folder that is closed: it may be there, and nothing in it is. */
    public static final class ClosedFolder extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("shut:///");
        }

        @Override
        public void initialize(URI uri, Configuration conf) throws IOException {
            super.initialize(getUri(), conf);
        }

        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
            require(path);
            return super.listStatus(path);
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
            if (isClosed(path.getParent())) {
                throw new FileNotFoundException("File " + path + " does not exist");
            }
            return super.getFileStatus(path);
        }

        private static void require(org.apache.hadoop.fs.Path path) throws IOException {
            if (isClosed(path)) {
                throw new AccessControlException("Permission denied: user=anna, inode=\"" + path + "\"");
            }
            if (isClosed(path.getParent())) {
                throw new FileNotFoundException("File " + path + " does not exist");
            }
        }

        private static boolean isClosed(org.apache.hadoop.fs.Path path) {
            return path.getName().equals("closed");
        }
    }

    @Test
    void aRunThatMayNotBeReadIsNotBegunAnew() throws Exception {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.shut.impl", ClosedFolder.class.getName());
        for (String closed : List.of("runs/closed/checkpoints", "runs/open/checkpoints/closed")) {
            Files.createDirectories(directory.resolve(closed));
        }
        for (String name : List.of("closed", "open")) {
            assertThatThrownBy(() -> RunDirectory.open(hadoop, "shut://" + directory + "/runs", name))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("/closed may not be read")
                    .hasMessageNotContaining("\n");
        }
        assertThat(RunDirectory.open(hadoop, "shut://" + directory + "/runs", "new")
                        .root()
                        .getName())
                .isEqualTo("new");
    }

    /** Hadoop leaves out what it may not look at. */
    @Test
    void checkpointsThatMayNotBeLookedAtAreNotTakenForNone() throws Exception {
        commit(100);
        String runs = directory.toUri().toString();
        Configuration hadoop = UntoldFileSystem.configuration();
        Checkpoints untold = new Checkpoints(RunDirectory.existing(hadoop, runs + "/a-run"));
        try {
            UntoldFileSystem.hide(path -> path.getName().equals("step-00000100"));
            assertThatThrownBy(untold::newest)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("/a-run/checkpoints may not be read")
                    .hasMessageNotContaining("\n");
            UntoldFileSystem.hide(path -> path.getName().equals(Manifest.FILE));
            assertThatThrownBy(() -> RunDirectory.open(hadoop, runs, "a-run"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("/step-00000100 may not be read")
                    .hasMessageNotContaining("\n");
        } finally {
            UntoldFileSystem.hide(path -> false);
        }
        assertThat(untold.whole()).containsExactly(100L);
    }

    @Test
    void rangesOfServersThatWereLostWhileWritingAreDropped() throws Exception {
        files(100, 3);
        Files.write(place(100).resolve("_range-00000-of-00003.safetensors.1.writing"), new byte[3]);
        commit(100);
        try (var files = Files.list(place(100))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "range-00000-of-00002.safetensors", "range-00001-of-00002.safetensors", "manifest.json");
        }
    }

    @Test
    void aDamagedRangeIsNamedWithTheRemedy() throws Exception {
        commit(100);
        Checkpoint newest = commit(200);
        Path range = place(200).resolve("range-00001-of-00002.safetensors");
        byte[] bytes = Files.readAllBytes(range);
        bytes[3] ^= 1;
        Files.write(range, bytes);
        assertThatThrownBy(() -> checkpoints.verify(newest))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(range.toString())
                .hasMessageContaining("CRC-32C")
                .hasMessageContaining("`train` goes on from step 100 and writes this one anew")
                .hasMessageNotContaining("\n");
    }

    /** Each thing that a loss of power may leave behind, and a bit that has turned. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "turned",
                "short",
                "empty",
                "gone",
                "no manifest",
                "half a manifest",
                "no manifest's",
                "of another step"
            })
    void aDamagedOneIsPassedOverAndSaid(String damage) throws Exception {
        commit(100);
        commit(200);
        commit(300);
        Path range = place(300).resolve("range-00001-of-00002.safetensors");
        Path manifest = place(300).resolve("manifest.json");
        byte[] bytes = Files.readAllBytes(range);
        String text = Files.readString(manifest);
        switch (damage) {
            case "turned" -> {
                bytes[3] ^= 1;
                Files.write(range, bytes);
            }
            case "short" -> Files.write(range, Arrays.copyOf(bytes, 5));
            case "empty" -> Files.write(range, new byte[0]);
            case "gone" -> Files.delete(range);
            case "no manifest" -> Files.writeString(manifest, "");
            case "half a manifest" -> Files.writeString(manifest, text.substring(0, text.length() / 2));
            case "no manifest's" -> Files.writeString(manifest, text.replace("crc32c", "crc32"));
            case "of another step" -> Files.writeString(manifest, text.replace("\"step\" : 300", "\"step\" : 30"));
            default -> throw new IllegalArgumentException(damage);
        }
        List<String> notices = new ArrayList<>();
        Map<Path, FileTime> before = times();
        assertThat(checkpoints.newestSound(notices::add).orElseThrow().step()).isEqualTo(200);
        assertThat(notices).singleElement().satisfies(line -> assertThat(line)
                .startsWith("the checkpoint of step 300 is damaged: ")
                .contains(
                        damage.contains("manifest") || damage.contains("step") ? manifest.toString() : range.toString())
                .endsWith("; going on from the checkpoint of step 200")
                .doesNotContain("\n"));
        assertThat(times()).as("nothing of it is changed").isEqualTo(before);
        assertThat(checkpoints.removeIncomplete()).isEmpty();
        commit(250);
        assertThat(checkpoints.retain(1, 250, step -> false)).containsExactly(100L, 200L);
        commit(300);
        assertThat(checkpoints.newestSound(notices::add).orElseThrow().step()).isEqualTo(300);
        assertThat(notices).hasSize(1);
    }

    private Map<Path, FileTime> times() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void whereNoneIsWholeTheRunIsRefusedWithAllThatIsWrong() throws Exception {
        for (long step : new long[] {100, 200}) {
            commit(step);
            Files.delete(place(step).resolve("range-00000-of-00002.safetensors"));
        }
        assertThatThrownBy(() -> checkpoints.newestSound(notice -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("/checkpoints has no whole checkpoint: the checkpoint of step 200 is damaged: ")
                .hasMessageContaining("; the checkpoint of step 100 is damaged: ")
                .hasMessageEndingWith("; put back what is missing, or begin the run anew under another name")
                .hasMessageNotContaining("\n");
    }

    /** Nothing is wrong with it: it is of another version of this program. */
    @Test
    void oneOfAnotherFormatIsNotPassedOver() throws Exception {
        commit(100);
        commit(200);
        Path manifest = place(200).resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"format\" : 2", "\"format\" : 3"));
        assertThatThrownBy(() -> checkpoints.newestSound(notice -> {}))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("format = 3, this version reads format 2; resume with the version that wrote it");
    }

    @Test
    void aShortRangeAndAMissingOneAreNamed() throws Exception {
        Checkpoint newest = commit(200);
        Path range = place(200).resolve("range-00000-of-00002.safetensors");
        Files.write(range, new byte[3]);
        assertThatThrownBy(() -> checkpoints.verify(newest))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("has 3 bytes")
                .hasMessageContaining("begin the run anew");
        Files.delete(range);
        assertThatThrownBy(() -> checkpoints.verify(newest))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is missing");
    }

    @Test
    void aManifestThatIsNoneIsRefused() throws Exception {
        commit(100);
        Path manifest = place(100).resolve("manifest.json");
        String text = Files.readString(manifest);
        for (String broken : List.of(
                "",
                "{",
                "[]",
                text.replace("crc32c", "crc32"),
                text.replace("\"begin\" : 10", "\"begin\" : 11"),
                text.replace("\"format\" : 2", "\"format\" : 3"),
                text.replace("\"step\" : 100", "\"step\" : 99"))) {
            Files.writeString(manifest, broken);
            assertThatThrownBy(checkpoints::newest)
                    .as(broken)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("manifest.json")
                    .hasMessageNotContaining("\n");
        }
        Files.writeString(manifest, text);
        assertThat(checkpoints.newest()).isPresent();
    }

    @Test
    void aDirectoryThatCannotBeMadeIsOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThatThrownBy(() ->
                        RunDirectory.open(new Configuration(), file.toUri().toString(), "a-run"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("runs = '")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> RunDirectory.open(new Configuration(), "nosuch://host/runs", "a-run"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nosuch");
    }
}
