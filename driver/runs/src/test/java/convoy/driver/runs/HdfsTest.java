package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.checkpoint.Checkpoints;
import convoy.driver.checkpoint.Manifest;
import convoy.driver.checkpoint.RunDirectory;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.DyingHdfs;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportListener;
import convoy.driver.model.ExportForm;
import convoy.driver.model.ModelExport;
import convoy.driver.replacing.Place;
import convoy.driver.replacing.WholeFile;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.runs.rivals.TwoDrivers;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowSums;
import convoy.worker.groups.LongTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What replaces and removes, on a real NameNode and DataNode, with the process dying before each of its changes. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class HdfsTest {
    private static final String PART = "part-00000-of-00001.parquet";

    private static MiniDFSCluster cluster;
    private static Configuration hadoop;
    private static FileSystem files;
    private static SmallRuns runs;
    private static SparkApplication spark;

    @BeforeAll
    static void start(@TempDir java.nio.file.Path directory) throws IOException {
        Configuration site = new Configuration();
        site.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
        site.setInt("dfs.replication", 1);
        site.setInt("dfs.namenode.safemode.extension", 0);
        cluster = new MiniDFSCluster.Builder(site).numDataNodes(1).build();
        String uri = cluster.getURI().toString();
        hadoop = new Configuration();
        hadoop.set("fs.defaultFS", uri);
        hadoop.setInt("dfs.replication", 1);
        DyingHdfs.install(hadoop);
        files = new Path(uri).getFileSystem(hadoop);
        runs = new SmallRuns(directory);
        Map<String, String> settings = new HashMap<>(Map.of(
                "spark.ui.enabled", "false", "spark.hadoop.fs.defaultFS", uri, "spark.hadoop.dfs.replication", "1"));
        DyingHdfs.IMPATIENT.forEach((key, value) -> settings.put("spark.hadoop." + key, value));
        spark = SparkApplication.start(Optional.of("local[4]"), "hdfs test", settings, new RunSize(2, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
        cluster.shutdown(true);
    }

    private static void write(String path, byte[] bytes) throws IOException {
        try (var out = files.create(new Path(path), true)) {
            out.write(bytes);
        }
    }

    private static void write(String path, String text) throws IOException {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Path path) throws IOException {
        try (var in = files.open(path)) {
            return in.readAllBytes();
        }
    }

    private static String text(String path) throws IOException {
        return new String(bytes(new Path(path)), StandardCharsets.UTF_8);
    }

    /** Names, and their texts if they are files, of all that is below. */
    private static Map<String, String> everything(String below) throws IOException {
        Map<String, String> found = new TreeMap<>();
        RemoteIterator<LocatedFileStatus> all = files.listFiles(new Path(below), true);
        while (all.hasNext()) {
            Path path = all.next().getPath();
            found.put(path.toUri().getPath(), new String(bytes(path), StandardCharsets.ISO_8859_1));
        }
        return found;
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
                List.of(new DatasetInfo.DataFile(PART, text.length(), "", List.of(1))));
    }

    private static void dataSet(String path, String text) throws IOException {
        write(path + "/" + PART, text);
        write(path + "/dataset.json", info(text).toJson());
    }

    private static void put(String to, String text) throws IOException {
        Place place = Place.prepare(hadoop, "/pics", to, true);
        Path part = new Path(place.unfinished(), PART);
        try (var out = part.getFileSystem(hadoop).create(part)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        place.commit(info(text), RowSums.of(new int[0]));
    }

    private static void nothing() {}

    /** What a test does between the death of a process and the next one's begin. */
    private interface Between {
        void happens() throws IOException;
    }

    @Test
    void aDeathBeforeAnyChangeLosesNoDataSet() throws IOException {
        losesNoDataSet("/places", HdfsTest::nothing);
    }

    /** The NameNode too begins anew each time, from what it has written. */
    @Test
    @LongTest
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aDeathOfProcessAndNameNodeLosesNoDataSet() throws IOException {
        losesNoDataSet("/restarted", () -> cluster.restartNameNode(true));
    }

    private static void losesNoDataSet(String below, Between between) throws IOException {
        boolean[] seen = new boolean[3];
        boolean died = true;
        for (int changes = 0; died; changes++) {
            String parent = below + "/" + changes;
            String set = parent + "/set";
            dataSet(set, "old");
            DyingHdfs.dieAfter(changes);
            try {
                put(set, "new");
            } catch (DyingHdfs.Dead | UncheckedIOException dead) {
                assertThat(dead).hasStackTraceContaining("the process is dead");
            }
            died = DyingHdfs.live();
            between.happens();
            boolean away = !files.exists(new Path(set));
            String there = text((away ? parent + "/.set.replaced/" : set + "/") + PART);
            assertThat(there).as("after %d changes", changes).isIn("old", "new");
            seen[away ? 1 : there.equals("old") ? 0 : 2] = true;
            // Without the option the next import gives back what there was, or says that it is there.
            assertThatThrownBy(() -> Place.prepare(hadoop, "/pics", set, false))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("holds a data set already");
            assertThat(text(set + "/" + PART)).isEqualTo(there);
            assertThat(DatasetInfo.read(files, new Path(set, "dataset.json")).fingerprint())
                    .isEqualTo(info(there).fingerprint());
            // With it, it goes through, and leaves nothing.
            put(set, "newer");
            assertThat(everything(parent))
                    .containsOnlyKeys(set + "/" + PART, set + "/dataset.json", set + "/rows.crc32c");
            assertThat(files.listStatus(new Path(parent))).hasSize(1);
            assertThat(text(set + "/" + PART)).isEqualTo("newer");
        }
        assertThat(seen).containsExactly(true, true, true);
    }

    @Test
    void aDeathBeforeAnyChangeLeavesTheOldFileOrTheNew() throws IOException {
        UnaryOperator<String> exported = name -> "/files/" + name + "/export.safetensors";
        boolean died = true;
        for (int changes = 0; died; changes++) {
            String name = "run-" + changes;
            RunDirectory run = RunDirectory.open(hadoop, "/files", name);
            Path model = run.path(RunDirectory.MODEL);
            Path export = new Path(exported.apply(name));
            write(model.toString(), "old");
            write(export.toString(), "old");
            DyingHdfs.dieAfter(changes);
            try {
                run.write(model, "new");
                WholeFile.write(
                        export.getFileSystem(hadoop), export, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
            } catch (DyingHdfs.Dead | UncheckedIOException dead) {
                assertThat(dead).hasStackTraceContaining("the process is dead");
            }
            died = DyingHdfs.live();
            for (Path file : List.of(model, export)) {
                assertThat(text(file.toString()))
                        .as("%s after %d changes", file, changes)
                        .isIn("old", "new");
            }
            run.write(model, "newer");
            assertThat(text(model.toString())).isEqualTo("newer");
        }
    }

    private static void checkpoint(RunDirectory run, long step) throws IOException {
        byte[] bytes = ("step " + step).getBytes(StandardCharsets.UTF_8);
        String name = "range-00000-of-00001.safetensors";
        write(run.root() + String.format("/checkpoints/step-%08d/", step) + name, bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        new Checkpoints(run)
                .commit(new Manifest(
                        step,
                        new TreeMap<>(Map.of("seed", "1")),
                        new TreeMap<>(Map.of("convoy.network", "x")),
                        Optional.empty(),
                        List.of(new SnapshotFile(
                                name, bytes.length, SnapshotFile.digits(checksum), new KeyRange(0, 10)))));
    }

    @Test
    void aDeathBeforeAnyChangeOfTheRetentionLeavesTheNewestCheckpoints() throws IOException {
        boolean died = true;
        for (int changes = 0; died; changes++) {
            RunDirectory run = RunDirectory.open(hadoop, "/retention", "run-" + changes);
            for (long step = 100; step <= 300; step += 100) {
                checkpoint(run, step);
            }
            DyingHdfs.dieAfter(changes);
            try {
                new Checkpoints(RunDirectory.open(hadoop, "/retention", "run-" + changes))
                        .retain(1, Long.MAX_VALUE, step -> false);
            } catch (BadInputException | UncheckedIOException dead) {
                assertThat(dead).hasStackTraceContaining("the process is dead");
            }
            died = DyingHdfs.live();
            Checkpoints after = new Checkpoints(RunDirectory.open(hadoop, "/retention", "run-" + changes));
            assertThat(after.whole()).as("after %d changes", changes).contains(300L);
            for (long step : after.whole()) {
                assertThat(files.listStatus(new Path(after.root(), String.format("step-%08d", step))))
                        .hasSize(2);
            }
            after.verify(after.newest().orElseThrow());
            after.removeIncomplete();
            after.retain(1, Long.MAX_VALUE, step -> false);
            assertThat(Stream.of(files.listStatus(after.root()))
                            .map(FileStatus::getPath)
                            .map(Path::getName))
                    .containsExactly("step-00000300");
        }
    }

    private static TwoDrivers drivers(String runs) {
        return new TwoDrivers(new TwoDrivers.Where() {
            @Override
            public Configuration hadoop(String process) {
                return hadoop;
            }

            @Override
            public String runs() {
                return cluster.getURI() + runs;
            }
        });
    }

    @Test
    void ofTwoDriversOneTrains() throws Exception {
        drivers("/few").assertOneTrains(TwoDrivers.FEW);
    }

    @LongTest
    @Test
    void ofTwoDriversOneTrainsTwoHundredTimes() throws Exception {
        drivers("/many").assertOneTrains(TwoDrivers.MANY);
    }

    private static int killed(String runs, int every) throws Exception {
        return drivers(runs)
                .kill(
                        new TwoDrivers.Killer() {
                            @Override
                            public void killAfter(String process, int changes) {
                                DyingHdfs.dieAfter(changes);
                            }

                            @Override
                            public boolean stop(String process) {
                                return DyingHdfs.live();
                            }
                        },
                        every);
    }

    @Test
    void aDriverThatDiesAtAChangeIsFollowedByOneThatGoesOn() throws Exception {
        assertThat(killed("/some-killed", 29)).isGreaterThan(2);
    }

    @LongTest
    @Test
    void aDriverThatDiesAtAnyChangeIsFollowedByOneThatGoesOn() throws Exception {
        assertThat(killed("/killed", 1)).isGreaterThan(70);
    }

    private static void picture(String path, int grey) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, grey);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        write(path, bytes.toByteArray());
    }

    private static long imported(String from, String to, boolean overwrite) {
        ImportConfiguration configuration =
                ImportConfiguration.of(Format.IMAGE_FOLDER, from, to).withOverwrite(overwrite);
        return ImportJob.run(spark.context(), configuration, ImportListener.silent())
                .info()
                .rows();
    }

    @Test
    void anImportReplacesADataSetAndNothingElse() throws IOException {
        for (int i = 0; i < 3; i++) {
            picture("/imports/data/few/cat/" + i + ".png", i);
            picture("/imports/data/few/dog/" + i + ".png", 10 + i);
            picture("/imports/data/many/cat/" + i + ".png", 20 + i);
            picture("/imports/data/many/dog/" + i + ".png", 30 + i);
            picture("/imports/data/many/猫 é/" + i + ".png", 40 + i);
        }
        assertThat(imported("/imports/data/few", "/imports/set", false)).isEqualTo(6);
        assertThatThrownBy(() -> imported("/imports/data/many", "/imports/set", false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("holds a data set already: name another, or say --overwrite to replace it");
        assertThat(imported("/imports/data/many", "/imports/set", true)).isEqualTo(9);
        assertThat(Stream.of(files.listStatus(new Path("/imports")))
                        .map(FileStatus::getPath)
                        .map(Path::getName))
                .containsExactlyInAnyOrder("data", "set");
        Map<String, String> before = everything("/imports");
        String uri = files.getUri().toString();
        String other = uri.replace("localhost", "LOCALHOST");
        for (String[] fromTo : new String[][] {
            {"/imports/data/few", "/imports/data"},
            {"/imports/data/few", "/imports/data/few"},
            {uri + "/imports/data/few", "/imports/data/"},
            {"/imports/data", uri + "/imports/data/few"},
            {other + "/imports/set/../data/few", uri + "/imports/data"},
            {"/imports/data/few/cat/1.png", other + "/imports"}
        }) {
            for (boolean overwrite : new boolean[] {true, false}) {
                assertThatThrownBy(() -> imported(fromTo[0], fromTo[1], overwrite))
                        .as("%s to %s", fromTo[0], fromTo[1])
                        .isInstanceOf(BadInputException.class)
                        .hasMessageMatching("source .*(lies in target|holds target|are the same place).*")
                        .hasMessageNotContaining("say --overwrite");
            }
        }
        assertThat(everything("/imports")).isEqualTo(before);
    }

    private static TrainingResult run(RunConfiguration configuration, Optional<Long> until) {
        return SparkTraining.run(spark, configuration, new TrainingOptions(run -> "", until), new Heard());
    }

    /** A cluster's executors do so in {@code LocalClusterTest}. */
    @Test
    @LongTest
    void aRunKeepsItsNewestCheckpointsAndReplacesItsModel() throws IOException {
        String expected = SmallRuns.sha256(run(runs.configuration("local", 2, 2), Optional.empty()));
        RunConfiguration there = runs.configuration("there", 2, 2).withRuns(files.getUri() + "/runs");
        run(there, Optional.of(10L));
        Path model = new Path("/runs/there/model.safetensors");
        write(model.toString(), "what an earlier version of the program left");
        TrainingResult ended = run(there, Optional.empty());
        assertThat(ended.step()).isEqualTo(SmallRuns.STEPS);
        assertThat(Sha256.digits(bytes(model))).isEqualTo(expected);
        assertThat(IntStream.of(20, 21).mapToObj(step -> String.format("step-%08d", step)))
                .containsExactlyInAnyOrderElementsOf(Stream.of(files.listStatus(new Path("/runs/there/checkpoints")))
                        .map(status -> status.getPath().getName())
                        .toList());
        for (int times = 0; times < 2; times++) {
            long step = ModelExport.run(
                    hadoop, "/runs/there", ExportForm.of(ExportFormat.SAFETENSORS), "/exports/model.safetensors");
            assertThat(step).isEqualTo(SmallRuns.STEPS);
        }
        assertThat(everything("/exports")).containsOnlyKeys("/exports/model.safetensors");
        write("/exports/notes.txt", "mine");
        for (String precious : List.of("/exports/notes.txt", "/runs/there/metrics.jsonl", "/runs/there/checkpoints")) {
            assertThatThrownBy(() -> ModelExport.run(
                            hadoop, "/runs/there", ExportForm.of(ExportFormat.SAFETENSORS), files.getUri() + precious))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("name another file");
        }
        assertThat(text("/exports/notes.txt")).isEqualTo("mine");
    }
}
