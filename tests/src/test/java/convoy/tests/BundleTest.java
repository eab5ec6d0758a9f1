package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/bundle}, and what it makes on a machine that has a shell and the programs of coreutils, tar and gzip, and no Java. */
final class BundleTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatGpuCheckNeedsTravelsInPiecesAndRunsWithoutJava() throws Exception {
        Path pieces = directory.resolve("the pieces");
        Ran made = bundle("--only", "gpu-check", "--pieces", "40m", "--level", "1", pieces.toString());
        assertThat(made.status()).as(made.err()).isZero();
        assertThat(made.out()).startsWith(pieces + ": ").contains(" pieces, made in ");
        List<Path> files = list(pieces, "piece-");
        assertThat(files).hasSizeGreaterThan(2).allMatch(file -> file.toFile().length() <= 40 << 20);

        Path second = pieces.resolve("piece-002");
        byte[] bytes = Files.readAllBytes(second);
        byte[] damaged = bytes.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(second, damaged);
        Path first = pieces.resolve("piece-001");
        Path away = Files.move(first, directory.resolve("piece-001"));
        assertThat(join(pieces).err())
                .isEqualTo("join: missing: piece-001; damaged: piece-002; fetch anew from where the pieces are\n");
        assertThat(join(pieces).status()).isEqualTo(2);
        assertThat(directory.resolve("elsewhere/a bundle")).doesNotExist();

        Files.write(second, bytes);
        Files.move(away, first);
        Ran joined = join(pieces);
        assertThat(joined.status()).as(joined.err()).isZero();

        Path there = directory.resolve("elsewhere/a bundle");
        assertThat(list(there.resolve("lib/convoy/jars"), "org."))
                .noneMatch(file -> file.toString().matches(".*(spark|hadoop|nd4j).*"));
        Ran none = elsewhere(there + "/bin/gpu-check");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err())
                .startsWith("there is no nvidia-smi on the PATH, so no NVIDIA driver: ")
                .hasLineCount(1);
        assertThat(elsewhere(there + "/bin/convoy", "--version").out()).startsWith("convoy ");
        Ran check = elsewhere(
                there + "/bin/gpu-check",
                "--device=cpu",
                "--steps=gradients",
                "--networks=lenet5",
                "--precisions=fp32",
                "--batch=4",
                "--seconds=1");
        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.out()).contains("lenet5");
        assertThat(check.err()).isEmpty();
        assertThat(there.resolve("cache")).isDirectory();
        assertThat(directory.resolve("home")).isEmptyDirectory();
    }

    @Test
    @LongTest
    void theWholeTrainsWithoutJava() throws Exception {
        Path pieces = directory.resolve("pieces");
        Ran made = bundle("--pieces=1g", "--level=1", pieces.toString());
        assertThat(made.status()).as(made.err()).isZero();
        Ran joined = join(pieces);
        assertThat(joined.status()).as(joined.err()).isZero();
        Path there = directory.resolve("elsewhere/a bundle");
        assertThat(there.resolve("docs/run-file.md")).isNotEmptyFile();
        assertThat(list(there.resolve("licences"), "org.apache.spark.spark-core"))
                .hasSize(1);

        Ran trained = elsewhere(there + "/bin/convoy", "quickstart");
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("evaluated ");
        assertThat(directory.resolve("elsewhere/runs/quickstart/model.safetensors"))
                .isNotEmptyFile();
        assertThat(elsewhere(there + "/bin/gpu-check").err())
                .startsWith("there is no nvidia-smi on the PATH, so no NVIDIA driver: ")
                .hasLineCount(1);
        assertThat(elsewhere(there + "/bin/convoy", "train", "r.yaml", "--master", "spark://h:7077")
                        .err())
                .isEqualTo(
                        "convoy: a bundle has no convoy.jar for a cluster that has only Spark; build one in a checkout\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                          | no target; give a directory, or a file whose name ends in .tar.zst",
                "--pieces 55 t             | --pieces = 55: give a size as 55m (k, m or g)",
                "--pieces                  | --pieces needs a value",
                "--only spark t            | --only = spark: gpu-check is all that a bundle can be reduced to",
                "--gpu --sm hopper t       | --sm = hopper: give types of GPU as 90 or 80,90",
                "--sm 90 t                 | --sm = 90 without --gpu: the libraries for the processor have no machine code",
                "--level 23 t              | --level = 23: zstd has 1 to 22",
                "--gpus t                  | --gpus is none of --gpu, --only, --engines, --sm, --pieces, --level",
                "t u                       | there are two targets, t and u; give one",
                "full                      | full is not empty and no bundle of Convoy; give another directory",
                "full/file                 | full/file is a file; give a directory",
                "old                       | old is a bundle of Convoy, but old/runs is no part of it; move that away or",
                "kept.tar.zst              | kept.tar.zst is there and no .tar.zst; give another name",
            })
    void aWrongOptionIsOneLineAndStatusTwo(String words, String message) throws Exception {
        Files.createDirectory(directory.resolve("full"));
        Files.writeString(directory.resolve("full/file"), "kept");
        Files.writeString(directory.resolve("kept.tar.zst"), "kept");
        Files.createDirectories(directory.resolve("old/runs"));
        Files.writeString(directory.resolve("old/BUNDLE"), "a bundle of Convoy: run bin/convoy");
        Files.writeString(directory.resolve("old/runs/model"), "kept");
        Ran ran = bundle(words == null ? new String[0] : words.split(" "));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith("bundle: " + message).hasLineCount(1);
        for (String kept : List.of("full/file", "kept.tar.zst", "old/runs/model")) {
            assertThat(directory.resolve(kept)).hasContent("kept");
        }
    }

    private Ran bundle(String... words) throws InterruptedException {
        return run(new Command(directory, Map.of(), Duration.ofMinutes(15)), ROOT.resolve("deploy/bundle"), words);
    }

    /** Unpacks the pieces as "a bundle". */
    private Ran join(Path pieces) throws IOException, InterruptedException {
        return elsewhere("sh", pieces.resolve("join").toString(), "a bundle");
    }

    /** Runs a program with an environment of two variables, in a directory that is empty at first. */
    private Ran elsewhere(String... words) throws IOException, InterruptedException {
        Path there = Files.createDirectories(directory.resolve("elsewhere"));
        Path home = Files.createDirectories(directory.resolve("home"));
        String[] clean = {"-i", "PATH=" + programs(), "HOME=" + home};
        return run(
                new Command(there, Map.of(), Duration.ofMinutes(10)),
                Path.of("/usr/bin/env"),
                Stream.concat(Arrays.stream(clean), Arrays.stream(words)).toArray(String[]::new));
    }

    private static Ran run(Command shell, Path program, String... words) throws InterruptedException {
        return shell.run(Stream.concat(Stream.of(program.toString()), Arrays.stream(words))
                .toArray(String[]::new));
    }

    /** A directory with no more than what every system has: no Java, no zstd, no Python, no driver. */
    private Path programs() throws IOException {
        Path programs = directory.resolve("programs");
        if (!Files.exists(programs)) {
            Files.createDirectory(programs);
            for (String name : List.of(
                    "basename",
                    "bash",
                    "cat",
                    "chmod",
                    "cut",
                    "dirname",
                    "env",
                    "gzip",
                    "head",
                    "ls",
                    "mkdir",
                    "readlink",
                    "sed",
                    "sh",
                    "sha256sum",
                    "stty",
                    "tail",
                    "tar",
                    "tr")) {
                Path program = Stream.of("/usr/bin", "/bin")
                        .map(place -> Path.of(place, name))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("there is no " + name));
                Files.createSymbolicLink(programs.resolve(name), program);
            }
        }
        return programs;
    }

    private static List<Path> list(Path of, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }
}
