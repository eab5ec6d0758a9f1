package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.records.text.Counts;
import convoy.tests.Command.Ran;
import convoy.tests.integration.DrawnData;
import convoy.tests.retrain.Days;
import convoy.tests.study.SmallStudy;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * YARN as a real cluster has it: a ResourceManager and a NodeManager beside HDFS, each a process of its own. What it says of an
 * application is what became of the command, in both of Spark's deploy modes, with the one jar and with {@code ./convoy}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class YarnTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();

    private Path directory = Path.of("");
    private Path cluster = Path.of("");
    private Command shell = new Command(Path.of(""), Map.of(), Duration.ZERO);
    private YarnClient yarn = YarnClient.createYarnClient();
    private FileSystem hdfs = new org.apache.hadoop.fs.RawLocalFileSystem();
    /** Of the model that this machine alone makes. */
    private String expected = "";

    @BeforeAll
    void startAndTrainWithout(@TempDir Path temporary) throws Exception {
        directory = temporary;
        cluster = directory.resolve("cluster");
        shell = new Command(directory, Map.of("SPARK_SUBMIT_OPTS", Command.SHORT_LIVED), Duration.ofMinutes(4));
        Ran up = shell.run(
                script("up"),
                "--directory=" + cluster,
                "--yarn",
                "--worker-cores=8",
                "--worker-memory=10g",
                "--hdfs-port=0",
                "--hdfs-web-port=0",
                "--yarn-port=0",
                "--yarn-web-port=0");
        assertThat(up.status()).as(up.err()).isZero();
        for (String process : List.of("spark.driver", "spark.executor", "spark.yarn.am")) {
            Files.writeString(
                    cluster.resolve("spark.conf"),
                    process + ".extraJavaOptions " + Command.SHORT_LIVED + "\n",
                    StandardOpenOption.APPEND);
        }
        Configuration site = new Configuration(false);
        site.addResource(cluster.resolve("conf/core-site.xml").toUri().toURL());
        site.addResource(cluster.resolve("conf/yarn-site.xml").toUri().toURL());
        yarn.init(new YarnConfiguration(site));
        yarn.start();
        hdfs = FileSystem.get(URI.create(site.get("fs.defaultFS")), site);

        String data = DrawnData.write(directory.resolve("data"), 64, 1);
        Files.writeString(directory.resolve("run.yaml"), """
                runs: /runs
                data: {train: '%s', validation: '%s'}
                network: {name: resnet20_cifar}
                epochs: 1
                micro-batch: 8
                micro-batches: 4
                schedule: {rate: 0.05}
                threads: 2
                workers: 2
                servers: 2
                """.formatted(data, data));
        Files.writeString(
                directory.resolve("wrong.yaml"),
                Files.readString(directory.resolve("run.yaml")).replace("epochs:", "epoch:"));
        Path runs = directory.resolve("runs");
        Ran local = shell.run(convoy(), "train", "run.yaml", "--set", "runs='" + runs.toUri() + "'");
        assertThat(local.status()).as(local.err()).isZero();
        try (InputStream model = Files.newInputStream(runs.resolve("run/model.safetensors"))) {
            expected = sha256(model);
        }
    }

    @AfterAll
    void stop() throws Exception {
        yarn.stop();
        hdfs.close();
        Ran down = shell.run(script("down"), "--directory=" + cluster);
        assertThat(down.out()).contains("stopped 4 processes");
    }

    @Test
    @DisabledIfSystemProperty(
            named = "assembly.skip",
            matches = "true",
            disabledReason = "the one jar was not asked for")
    void theOneJarTrainsInTheApplicationMasterOnAsManyExecutorsAsTheRunHasWorkers() throws Exception {
        trainInTheApplicationMaster(1);
    }

    @Test
    @LongTest
    @DisabledIfSystemProperty(
            named = "assembly.skip",
            matches = "true",
            disabledReason = "the one jar was not asked for")
    void andOnMoreThanSparkTakesByItself() throws Exception {
        trainInTheApplicationMaster(3);
    }

    /** Spark takes two executors where nobody says how many. */
    private void trainInTheApplicationMaster(int workers) throws Exception {
        Ran ran = submit(
                "cluster", "train", "run.yaml", "--set", "name=cluster-" + workers, "--set", "workers=" + workers);
        assertThat(ran.status()).as(ran.err()).isZero();
        ApplicationReport application = finished();
        assertThat(application.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(attempts(application)).isEqualTo(1);
        assertThat(printed(application)).contains(Counts.of(workers, "worker") + ", 2 servers");
        try (Stream<Path> containers = Files.list(logs(application))) {
            assertThat(containers).as("the driver's, and one for each worker").hasSize(1 + workers);
        }
        assertThat(model("cluster-" + workers)).isEqualTo(expected);
    }

    @Test
    void portsOfTheOtherKindOfClusterAreRefusedInOneLine() throws Exception {
        Path other = directory.resolve("other");
        Ran spark = shell.run(script("up"), "--directory=" + other, "--yarn", "--spark-port=0");
        assertThat(spark.status()).isEqualTo(2);
        assertThat(spark.err())
                .isEqualTo("up: --spark-port and --spark-web-port are of Spark's master, which --yarn does without;"
                        + " leave them out\n");
        Ran yarns = shell.run(script("up"), "--directory=" + other, "--yarn-web-port=0");
        assertThat(yarns.status()).isEqualTo(2);
        assertThat(yarns.err())
                .isEqualTo("up: --yarn-port and --yarn-web-port need --yarn; give it, or leave them out\n");
        assertThat(other).doesNotExist();
    }

    @Test
    void aDriverOnThisMachineTrainsToTheSameBits() throws Exception {
        Ran ran = here("train", "run.yaml", "--set", "name=client");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("2 workers, 2 servers");
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(model("client")).isEqualTo(expected);
    }

    /** With {@code spark-submit} on a cluster of Spark's own a study is trained in {@code SparkSubmitTest}. */
    @Test
    @LongTest
    void aStudyIsTrainedOnYarn() throws Exception {
        SmallStudy study = new SmallStudy(Files.createDirectories(directory.resolve("client-study")));
        Path file = study.file("studies", SmallStudy.TWO + "seeds: {values: [1]}");
        Ran ran = here("ablate", file.toString(), "--anyway", "--num-executors=2");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(ran.out()).contains("Does the higher rate learn more?", "report: ");
        assertThat(study.trials("studies")).hasSize(2);
        assertThat(study.lastingReport("studies")).containsKeys("report.html", "study.json");
    }

    /** The study file and the base beside it are sent along. */
    @Test
    @LongTest
    void aStudyIsTrainedByADriverInTheApplicationMaster() throws Exception {
        SmallStudy study = new SmallStudy(Files.createDirectories(directory.resolve("cluster-study")));
        Path file = study.file("studies", SmallStudy.TWO + "seeds: {values: [1]}");
        study.setBaseApart(file);
        Ran ran = here("ablate", file.toString(), "--anyway", "--num-executors=2", "--deploy-mode=cluster");
        assertThat(ran.status()).as(ran.err()).isZero();
        ApplicationReport application = finished();
        assertThat(application.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(attempts(application)).isEqualTo(1);
        assertThat(printed(application)).contains("Does the higher rate learn more?");
        assertThat(study.trials("studies")).hasSize(2);
        assertThat(study.lastingReport("studies")).containsKeys("report.html", "study.json");
    }

    /** With a driver here its exit status says it; with one there YARN's diagnostics do, after one attempt. */
    @Test
    @LongTest
    void whatBecomesOfARetrainingIsTold() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("retraining"));
        Days days = new Days(folder);
        String pipeline = days.pipeline("").toString();
        String oneDay = "--set=window={kind: last, days: 1}";
        days.day("2026-11-20", 160);
        Ran first = here("retrain", pipeline);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("Version 1 is champion now.");
        days.swapped("2026-11-21", 160);
        Ran worse = here("retrain", pipeline, oneDay);
        assertThat(worse.status()).as(worse.err()).isEqualTo(10);

        days.swapped("2026-11-22", 160);
        Ran there = here("retrain", pipeline, oneDay, "--deploy-mode=cluster");
        assertThat(there.status()).isNotZero();
        requireOneFailedAttempt("not-promoted: Version 3 was trained and does not serve. Not promoted");
        Ran few = here("retrain", pipeline, "--set=guards.minimum-rows=1000", "--deploy-mode=cluster");
        assertThat(few.status()).isNotZero();
        requireOneFailedAttempt("refused: The new data were refused, and nothing was trained.");
        Ran nothing = here("retrain", pipeline, oneDay, "--deploy-mode=cluster");
        assertThat(nothing.status()).as(nothing.err()).isZero();
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);

        String model = days.registry() + "#champion";
        String heldOut = folder.resolve("held-out").toUri().toString();
        Ran scored = here(
                "score",
                "--model",
                model,
                "--data",
                heldOut,
                "--to",
                folder.resolve("scores").toUri().toString());
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.out()).contains("300 rows in 1 file");
        Ran made =
                here("reproduce", model, "--to", folder.resolve("made").toUri().toString());
        assertThat(made.status()).as(made.err()).isZero();
        assertThat(made.out()).contains("equal: the same bytes");
        Ran check = here("reproduce", model, "--check", "--set=threads=2", "--deploy-mode=cluster");
        assertThat(check.status()).isNotZero();
        requireOneFailedAttempt("not-here: ");
    }

    @Test
    void aWrongRunFileIsTriedOnceAndItsLineIsTheDiagnostics() throws Exception {
        Ran ran = here("train", "wrong.yaml", "--deploy-mode", "cluster");
        assertThat(ran.status()).isNotZero();
        String line = "wrong.yaml:4: epoch is no key here; did you mean epochs?";
        assertThat(ran.err()).contains("Application diagnostics message: " + line + "\n");
        requireOneFailedAttempt(line);
    }

    @Test
    @LongTest
    void whatIsFoundWrongOnceSparkRunsIsTriedOnceToo() throws Exception {
        Ran ran = here("train", "run.yaml", "--set", "data.train=/nowhere", "--deploy-mode=cluster");
        assertThat(ran.status()).isNotZero();
        requireOneFailedAttempt("/nowhere");
    }

    @Test
    @LongTest
    @DisabledIfSystemProperty(
            named = "assembly.skip",
            matches = "true",
            disabledReason = "the one jar was not asked for")
    void whatFailsOnThisMachineFailsThere() throws Exception {
        Ran ran = submit("client", "train", "run.yaml", "--set", "data.train=/nowhere");
        assertThat(ran.status()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains("/nowhere");
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
    }

    /** No container of this size finds room, which on a larger cluster may change. */
    @Test
    @LongTest
    void whatMayMendIsTriedAgain() throws Exception {
        Ran ran = here(
                "train",
                "run.yaml",
                "--set=patience.anyone=1",
                "--set=patience.start=1",
                "--executor-memory=9g",
                "--conf=spark.scheduler.maxRegisteredResourcesWaitingTime=1s",
                "--deploy-mode=cluster");
        assertThat(ran.status()).isNotZero();
        ApplicationReport application = finished();
        assertThat(application.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
        assertThat(application.getDiagnostics())
                .startsWith("convoy train failed: nothing began within 1.0 s")
                .hasLineCount(1);
        assertThat(attempts(application)).isEqualTo(2);
    }

    @Test
    @LongTest
    void aCommandThatNeedsNoSparkSucceedsThere() throws Exception {
        Ran ran = here("train", "run.yaml", "--check", "--deploy-mode=cluster");
        assertThat(ran.status()).as(ran.err()).isZero();
        ApplicationReport application = finished();
        assertThat(application.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(printed(application)).contains("micro-batches: 4");
    }

    @Test
    @LongTest
    void aDivergedTrainingHasFailedAndIsTriedOnce() throws Exception {
        Ran here = here("train", "run.yaml", "--set=name=here", "--set=schedule.rate=1e30");
        assertThat(here.status()).as(here.err()).isEqualTo(1);
        assertThat(here.err()).contains("the training has diverged");
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);

        Ran ran = here("train", "run.yaml", "--set=name=there", "--set=schedule.rate=1e30", "--deploy-mode=cluster");
        assertThat(ran.status()).isNotZero();
        requireOneFailedAttempt("the training has diverged");
    }

    @Test
    @LongTest
    void aDriverThatIsKilledHasFailed() throws Exception {
        Command.Running running = start("train", "run.yaml", "--set=name=killed", "--set=epochs=100000");
        running.awaitText("2 workers, 2 servers");
        running.process().destroyForcibly();
        assertThat(running.await().status()).isNotZero();
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
    }

    /** As YARN does when it takes a machine back. */
    @Test
    @LongTest
    void anApplicationMasterThatIsAskedToEndIsFollowedByOneThatGoesOn() throws Exception {
        Command.Running running =
                start("train", "run.yaml", "--set=name=moved", "--set=epochs=10", "--deploy-mode=cluster");
        running.awaitText("state: RUNNING");
        ApplicationReport application = yarn.getApplicationReport(newest());
        long deadline = System.nanoTime() + shell.limit().toNanos();
        while (!printed(application).contains("the run begins at step 0")) {
            assertThat(System.nanoTime()).as("never began").isLessThan(deadline);
            Thread.sleep(100);
        }
        masterOf(application).destroy();
        Ran ran = running.await();
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(finished().getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.SUCCEEDED);
        assertThat(attempts(application)).isEqualTo(2);
        assertThat(printed(application)).contains("; the same command goes on", "trained to step 20 of 20");
    }

    /** The Java process of an application's first attempt, in whose command line the container's directory stands. */
    private static ProcessHandle masterOf(ApplicationReport application) {
        String container = application.getApplicationId().toString().replace("application", "container") + "_01_000001";
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .filter(process -> process.info().commandLine().orElse("").contains(container))
                .findFirst()
                .orElseThrow();
    }

    private void requireOneFailedAttempt(String line) throws Exception {
        ApplicationReport application = finished();
        assertThat(application.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
        assertThat(application.getDiagnostics()).contains(line).hasLineCount(1);
        assertThat(attempts(application)).isEqualTo(1);
        assertThat(hdfs.exists(new org.apache.hadoop.fs.Path(
                        hdfs.getHomeDirectory(), ".sparkStaging/" + application.getApplicationId())))
                .isFalse();
    }

    /** The application that was begun last, once YARN knows how it ended. */
    private ApplicationReport finished() throws Exception {
        ApplicationId newest = newest();
        long deadline = System.nanoTime() + shell.limit().toNanos();
        while (yarn.getApplicationReport(newest).getFinalApplicationStatus() == FinalApplicationStatus.UNDEFINED) {
            assertThat(System.nanoTime()).as("application not finished").isLessThan(deadline);
            Thread.sleep(100);
        }
        return yarn.getApplicationReport(newest);
    }

    private ApplicationId newest() throws Exception {
        return yarn.getApplications().stream()
                .map(ApplicationReport::getApplicationId)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private int attempts(ApplicationReport application) throws Exception {
        return yarn.getApplicationAttempts(application.getApplicationId()).size();
    }

    private Path logs(ApplicationReport application) {
        return cluster.resolve("yarn/nodemanager-1/logs/" + application.getApplicationId());
    }

    /** What all containers of the application printed, to both streams. */
    private String printed(ApplicationReport application) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(logs(application))) {
            for (Path file : files.filter(path -> path.endsWith("stdout") || path.endsWith("stderr"))
                    .toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    private String model(String run) throws Exception {
        try (InputStream model = hdfs.open(new org.apache.hadoop.fs.Path("/runs/" + run + "/model.safetensors"))) {
            return sha256(model);
        }
    }

    private static String sha256(InputStream bytes) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        new DigestInputStream(bytes, digest).transferTo(java.io.OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String convoy() {
        return ROOT.resolve("convoy").toString();
    }

    private static String script(String name) {
        return ROOT.resolve("deploy/local-cluster/" + name).toString();
    }

    /** {@code ./convoy} on this cluster. */
    private Ran here(String... words) throws InterruptedException {
        return start(words).await();
    }

    private Command.Running start(String... words) {
        return shell.start(Stream.concat(
                        Stream.of(
                                convoy(),
                                "--properties-file",
                                cluster.resolve("spark.conf").toString()),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    /** {@code spark-submit} of the one jar, with a Spark that has no Convoy. */
    private Ran submit(String mode, String... words) throws Exception {
        BareSpark spark = BareSpark.install(Files.createTempDirectory(directory, "spark"));
        return spark.submit(
                shell.with("HADOOP_CONF_DIR", cluster.resolve("conf").toString()),
                List.of(
                        "--properties-file",
                        cluster.resolve("spark.conf").toString(),
                        "--conf",
                        "spark.yarn.jars=local:" + spark.jars() + "/*",
                        "--deploy-mode",
                        mode,
                        "--files",
                        "run.yaml"),
                words);
    }
}
