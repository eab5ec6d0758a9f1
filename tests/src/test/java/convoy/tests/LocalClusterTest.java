package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import convoy.tests.Command.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole cluster of separate processes on this machine: HDFS's NameNode and DataNode, a Spark master and two workers, with
 * authentication on. Pictures go onto HDFS, are imported there, a network is trained on two executors and scored.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LocalClusterTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();
    private static final List<String> PARTS = List.of("namenode", "datanode", "master", "worker-1", "worker-2");

    private Path directory = Path.of("");

    private Path cluster = Path.of("");
    private Command shell = new Command(Path.of(""), Map.of(), Duration.ZERO);

    @BeforeAll
    void startAndImport(@TempDir Path temporary) throws Exception {
        directory = temporary;
        cluster = directory.resolve("ein Köfferchen & 猫");
        shell = new Command(directory, Map.of("SPARK_SUBMIT_OPTS", Command.SHORT_LIVED), Duration.ofMinutes(4));
        Ran up = onCluster("up", "--hdfs-port=0", "--hdfs-web-port=0", "--spark-port=0", "--spark-web-port=0");
        assertThat(up.status()).as(up.err()).isZero();
        assertThat(up.out()).contains("hdfs://127.0.0.1:", "spark://127.0.0.1:", "http://127.0.0.1:");
        Files.writeString(
                cluster.resolve("spark.conf"),
                "spark.executor.extraJavaOptions " + Command.SHORT_LIVED + "\n",
                StandardOpenOption.APPEND);
        Path cifar = Files.createDirectories(directory.resolve("cifar"));
        Files.write(cifar.resolve("data_batch_1.bin"), cifarRecords(384, 1));
        Files.writeString(cifar.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
        assertThat(onCluster("hdfs", "-put", cifar.toString(), "/source").status())
                .isZero();
        Ran imported = convoy("import", "--format=cifar-binary", "--from=/source", "--to=/data", "--split=train");
        assertThat(imported.status()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("384 pictures of 10 classes in /data");
        Files.writeString(directory.resolve("run.yaml"), """
                runs: /runs
                data: {train: /data, validation: /data, transforms: [{kind: pad-crop, padding: 2}]}
                network: {name: resnet20_cifar}
                epochs: 2
                micro-batch: 8
                micro-batches: 4
                schedule: {rate: 0.05}
                checkpoint: {every-epochs: null, every-steps: 6, keep: 3}
                workers: 2
                servers: 2
                """);
    }

    @AfterAll
    void stop() throws Exception {
        List<ProcessHandle> parts =
                PARTS.stream().flatMap(part -> process(part).stream()).toList();
        assertThat(parts).hasSize(PARTS.size()).allMatch(LocalClusterTest::runs);
        Ran down = onCluster("down");
        assertThat(down.out()).contains("stopped 5 processes");
        assertThat(parts).noneMatch(LocalClusterTest::runs);
    }

    @Test
    void trainsOnTwoExecutorsToTheSameBitsThoughOneIsKilledHalfway() throws Exception {
        // On this machine alone, of the cluster's data.
        Ran undisturbed = convoy("train", "run.yaml", "--set", "name=undisturbed", "--master", "local[2]");
        assertThat(undisturbed.status()).as(undisturbed.err()).isZero();
        assertThat(undisturbed.err()).contains("2 workers, 2 servers");
        assertThat(undisturbed.out()).contains("trained to step 24 of 24");

        Running disturbed = start("train", "run.yaml", "--set", "name=disturbed");
        disturbed.awaitText("step 12, checkpoint");
        ProcessHandle executor = Stream.of("worker-1", "worker-2")
                .flatMap(worker -> process(worker).stream())
                .flatMap(ProcessHandle::children)
                .findFirst()
                .orElseThrow();
        // SIGKILL: the executor has no chance to say goodbye.
        executor.destroyForcibly();
        Ran killed = disturbed.await();
        assertThat(killed.status()).as(killed.err()).isZero();
        assertThat(killed.err()).contains("2 workers, 2 servers", "was lost");
        assertThat(killed.out()).contains("trained to step 24 of 24");
        Path copies = Files.createDirectories(directory.resolve("copies"));
        Ran got = onCluster("hdfs", "-get", "/runs/disturbed", "/runs/undisturbed", copies.toString());
        assertThat(got.status()).as(got.err()).isZero();
        assertThat(copies.resolve("disturbed/model.safetensors"))
                .hasSameBinaryContentAs(copies.resolve("undisturbed/model.safetensors"));

        Ran evaluated = convoy("evaluate", "/runs/disturbed", "--tasks", "2");
        assertThat(evaluated.status()).as(evaluated.err()).isZero();
        assertThat(evaluated.out()).contains(" on 384 images");
    }

    @Test
    void aSecondClusterInTheSameDirectoryOrOnATakenPortIsRefusedInOneLine() throws Exception {
        Ran again = onCluster("up");
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err())
                .contains("has a running cluster already; stop it with")
                .hasLineCount(1);
        String port = Files.readAllLines(cluster.resolve("spark.conf")).stream()
                .filter(line -> line.startsWith("spark.master"))
                .map(line -> line.substring(line.lastIndexOf(':') + 1))
                .findFirst()
                .orElseThrow();
        Ran taken = shell.run(
                script("up"), "--directory", directory.resolve("other").toString(), "--spark-port", port);
        assertThat(taken.status()).isEqualTo(2);
        assertThat(taken.err())
                .contains("--spark-port = " + port + " is taken by another process; choose another or 0")
                .hasLineCount(1);
    }

    private Optional<ProcessHandle> process(String part) {
        try {
            String pid = Files.readString(cluster.resolve("pids/" + part)).split(" ", 2)[0];
            return ProcessHandle.of(Long.parseLong(pid));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether the process still does anything; one that ended and was not waited for by anybody has no command. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    private static String script(String name) {
        return ROOT.resolve("deploy/local-cluster/" + name).toString();
    }

    private Ran onCluster(String name, String... words) throws InterruptedException {
        return shell.run(Stream.concat(Stream.of(script(name), "--directory", cluster.toString()), Stream.of(words))
                .toArray(String[]::new));
    }

    private Ran convoy(String... words) throws InterruptedException {
        return start(words).await();
    }

    private Running start(String... words) {
        return shell.start(Stream.concat(
                        Stream.of(
                                ROOT.resolve("convoy").toString(),
                                "--properties-file",
                                cluster.resolve("spark.conf").toString()),
                        Stream.of(words))
                .toArray(String[]::new));
    }

    /** CIFAR-10's binary form: noise with a bright square where the class says. */
    private static byte[] cifarRecords(int count, long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(10);
            byte[] image = new byte[3 * 32 * 32];
            random.nextBytes(image);
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < 8; y++) {
                    for (int x = 0; x < 6; x++) {
                        image[c * 1024 + (y + (label / 5) * 16 + 4) * 32 + x + label % 5 * 6] = (byte) 255;
                    }
                }
            }
            out.write(label);
            out.writeBytes(image);
        }
        return out.toByteArray();
    }
}
