package convoy.tests.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.Main;
import convoy.worker.groups.LongTest;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five days on HDFS under a scheduler that nobody attends: one as it should be, one with labels that mean nothing, one on which nothing came,
 * one with another balance of classes, and a better one, in the middle of whose promotion the process is killed. Then people take it back, and
 * force another one.
 */
final class FiveDaysTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Of the history: made, version 1 and its promotion, version 2, version 3, and this. */
    private static final int PROMOTION_OF_THE_THIRD = 6;

    private final java.nio.file.Path directory;
    private final Days days;
    private final String data;
    private final MiniDFSCluster cluster;
    private final FileSystem hdfs;
    private final String pipeline;

    FiveDaysTest(@TempDir java.nio.file.Path directory) throws IOException {
        this.directory = directory;
        days = new Days(directory);
        Configuration site = new Configuration();
        site.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
        site.setInt("dfs.replication", 1);
        cluster = new MiniDFSCluster.Builder(site).numDataNodes(1).build();
        hdfs = cluster.getFileSystem();
        String at = cluster.getURI().toString();
        data = at + "/data";
        java.nio.file.Path file = days.pipeline("window: {kind: last, days: 1}\n");
        String text = Files.readString(file)
                .replace(directory.toUri().toString().replaceAll("/$", ""), at)
                // So slow that a small day teaches little.
                .replace("rate: 0.05", "rate: 0.005");
        Files.writeString(file, text);
        pipeline = file.toString();
        hdfs.mkdirs(new Path(data));
        hdfs.copyFromLocalFile(new Path(directory.resolve("held-out").toUri()), new Path(at + "/held-out"));
    }

    @BeforeEach
    void onTwoCores() {
        System.setProperty("spark.master", "local[2]");
    }

    @AfterEach
    void stop() {
        System.clearProperty("spark.master");
        cluster.shutdown(true);
    }

    private String registry() {
        return cluster.getURI() + "/registry";
    }

    private static String convoy(int status, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true)))
                .as("%s%s", out, err)
                .isEqualTo(status);
        return out.toString();
    }

    private void requireChampion(long version) {
        assertThat(convoy(0, "registry", "show", registry() + "#champion")).startsWith("version " + version + " of ");
    }

    /** A day that was written on this machine comes whole. */
    private void put(String date) throws IOException {
        Path draft = new Path(data, ".day=" + date);
        hdfs.copyFromLocalFile(new Path(directory.resolve("data/day=" + date).toUri()), draft);
        assertThat(hdfs.rename(draft, new Path(data, "day=" + date))).isTrue();
    }

    private void putEmpty(String date) throws IOException {
        java.nio.file.Path day = Files.createDirectories(directory.resolve("data/day=" + date));
        Files.writeString(
                day.resolve("dataset.json"),
                "{\"classes\": [\"across\", \"down\"], \"encoding\": \"raw\", \"height\": 12, \"width\": 12,"
                        + " \"channels\": 1, \"rows\": 0}");
        put(date);
    }

    /** A scheduler in a process of its own. */
    private final class Scheduled implements AutoCloseable {
        private final java.nio.file.Path out;
        private final java.nio.file.Path err;
        private final Process process;
        private int ended;

        Scheduled(String name, List<String> java, String... words) throws IOException {
            out = directory.resolve(name + ".out");
            err = directory.resolve(name + ".err");
            List<String> command = new ArrayList<>();
            command.add(ProcessHandle.current().info().command().orElse("java"));
            command.addAll(
                    List.of("-Xmx900m", "-XX:+UseSerialGC", "-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
            command.addAll(java);
            command.addAll(
                    List.of(System.getProperty("spark.jvm.options", "").trim().split("\\s+")));
            command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), Main.class.getName()));
            command.addAll(List.of("retrain", pipeline, "--schedule", "* * * * *", "--zone", "UTC"));
            command.addAll(List.of(words));
            process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
        }

        /** Waits for the next start to end. */
        void awaitStatus(int status) throws Exception {
            List<String> ends = ends();
            for (long waited = 0; ends.size() <= ended; waited += 200) {
                assertThat(process.isAlive() && waited < PATIENCE.toMillis())
                        .as("%s%s", text(out), text(err))
                        .isTrue();
                Thread.sleep(200);
                ends = ends();
            }
            assertThat(ends.get(ended++)).as(text(err)).endsWith(" ended with status " + status);
        }

        private List<String> ends() {
            return text(err)
                    .lines()
                    .filter(line -> line.contains("ended with status"))
                    .toList();
        }

        int awaitExit() throws Exception {
            assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                    .as(text(err))
                    .isTrue();
            return process.exitValue();
        }

        String out() {
            return text(out);
        }

        String err() {
            return text(err);
        }

        private String text(java.nio.file.Path file) {
            try {
                return Files.readString(file);
            } catch (IOException unread) {
                return unread.toString();
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    @LongTest
    void nobodyAttendsAndTheBestServes() throws Exception {
        days.day("2026-11-20", 120);
        put("2026-11-20");
        List<String> dying = List.of(
                "-Dspark.hadoop.fs.hdfs.impl=" + DyingAtEntry.class.getName(),
                "-D" + DyingAtEntry.ENTRY + "=" + PROMOTION_OF_THE_THIRD);
        try (Scheduled scheduled = new Scheduled("first", dying)) {
            scheduled.awaitStatus(0);
            requireChampion(1);

            days.permuted("2026-11-21", 160, 5);
            put("2026-11-21");
            scheduled.awaitStatus(10);
            requireChampion(1);

            putEmpty("2026-11-22");
            scheduled.awaitStatus(0);
            assertThat(scheduled.out()).contains("Nothing is new.", "day=2026-11-22 holds no rows.");

            days.unbalanced("2026-11-23", 300);
            put("2026-11-23");
            scheduled.awaitStatus(11);
            requireChampion(1);

            days.day("2026-11-24", 1200);
            put("2026-11-24");
            assertThat(scheduled.awaitExit()).as(scheduled.err()).isEqualTo(137);
            requireChampion(1);
            assertThat(convoy(0, "registry", "list", registry()).lines().filter(line -> line.matches("\\s*[123] .*")))
                    .as("what was trained is a version")
                    .hasSize(3);
        }
        try (Scheduled after = new Scheduled("after", List.of(), "--starts", "1")) {
            assertThat(after.awaitExit()).as(after.err()).isZero();
            assertThat(after.out()).startsWith("Version 3 is champion now.");
            assertThat(after.err()).as("nothing is trained again").doesNotContain("the run begins");
        }
        requireChampion(3);

        convoy(0, "registry", "rollback", registry(), "--because", "complaints");
        requireChampion(1);
        days.swapped("2026-11-25", 160);
        put("2026-11-25");
        assertThat(convoy(0, "retrain", pipeline, "--force", "--because", "a test of what is forced"))
                .startsWith("Version 4 is champion now, against the verdict.");
        requireChampion(4);

        String history = convoy(0, "registry", "history", registry());
        assertThat(history.lines().skip(1).map(line -> line.replaceAll("\\s\\s+", "|")))
                .satisfiesExactly(
                        line -> assertThat(line).matches("\\|?1\\|.*\\|promoted\\|.*"),
                        line -> assertThat(line).matches("\\|?3\\|.*\\|promoted\\|.*Promoted: .*"),
                        line -> assertThat(line).matches("\\|?1\\|.*\\|rolled back\\|.*complaints"),
                        line -> assertThat(line).matches("\\|?4\\|.*\\|forced\\|.*a test of what is forced"));
        requireCard(1, "Promoted: there is no champion yet.");
        requireCard(2, "Not promoted.");
        requireCard(3, "Promoted: the challenger is better.");
        requireCard(4, "Not promoted.");
        keepForAPerson();
    }

    private void requireCard(long version, String verdict) throws IOException {
        Document card = Jsoup.parse(card(version));
        assertThat(card.select("h1").text()).isEqualTo("Model stripes, version " + version);
        assertThat(card.text()).contains(verdict);
        assertThat(card.select("#data figure")).hasSize(version == 1 ? 0 : 2);
    }

    private String card(long version) throws IOException {
        for (var folder : hdfs.listStatus(new Path(registry() + "/versions"))) {
            if (folder.getPath().getName().startsWith(String.format("%08d-", version))) {
                try (InputStream in = hdfs.open(new Path(folder.getPath(), "card.html"))) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new AssertionError("no version " + version);
    }

    /** With {@code -Dconvoy.keep=FOLDER} the cards stay, to be looked at in a browser. */
    private void keepForAPerson() throws IOException {
        Optional<File> folder =
                Optional.ofNullable(System.getProperty("convoy.keep")).map(File::new);
        if (folder.isPresent()) {
            for (long version = 1; version <= 4; version++) {
                Files.writeString(folder.get().toPath().resolve("card-" + version + ".html"), card(version));
            }
        }
    }
}
