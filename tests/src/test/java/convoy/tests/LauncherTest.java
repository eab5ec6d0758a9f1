package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code ./convoy}, in a copy of the repository's skeleton whose path has a space, with a Java and a Maven that
 * write down how they were called.
 */
final class LauncherTest {
    private static final Path ROOT = Path.of(System.getProperty("convoy.root", ".."));

    private static final List<String> OF_CUDA = List.of(
            "libcudart.so.13",
            "libcupti.so.13",
            "libcublas.so.13",
            "libcublasLt.so.13",
            "libcudnn.so.9",
            "libcufft.so.12",
            "libcurand.so.10",
            "libcusparse.so.12",
            "libcusolver.so.12",
            "libnvJitLink.so.13",
            "libcufile.so.0",
            "libnccl.so.2");

    @TempDir
    private Path directory = Path.of("");

    private Path root = Path.of("");
    private Path java = Path.of("");

    @BeforeEach
    void copyTheScripts() throws IOException {
        root = directory.resolve("ein Köfferchen & 猫");
        java = directory.resolve("a jdk");
        Files.createDirectories(root.resolve("deploy/conf"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        for (String module : List.of(
                "architectures/records",
                "architectures",
                "architectures/onnx",
                "parameter-server",
                "worker",
                "worker/libtorch",
                "driver",
                "driver/ml",
                "driver/iceberg",
                "jobs",
                "deploy")) {
            Files.createDirectories(root.resolve(module + "/src/main/java"));
            Files.writeString(root.resolve(module + "/pom.xml"), "<project/>");
        }
        for (String script : List.of("convoy", "deploy/launch.sh", "deploy/gpu-check")) {
            Files.copy(ROOT.resolve(script), root.resolve(script));
        }
        executable(root.resolve("mvnw"), """
                #!/bin/bash
                echo "$@ $MAVEN_ARGS" >> calls
                if [[ -e fail ]]; then echo "[ERROR] cannot compile"; exit 1; fi
                mkdir -p deploy/target/convoy-dist/conf && touch deploy/target/convoy-dist/BUILT deploy/target/convoy.jar
                """);
        executable(java.resolve("bin/java"), """
                #!/bin/bash
                for word in "$@"; do echo "<$word>"; done
                echo "SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-} OMP_NUM_THREADS=${OMP_NUM_THREADS:-} SPARK_HOME=$SPARK_HOME"
                echo "CUBLAS_WORKSPACE_CONFIG=$CUBLAS_WORKSPACE_CONFIG"
                echo "CUDA_DEVICE_ORDER=${CUDA_DEVICE_ORDER:-}"
                echo "LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}"
                echo "LC_ALL=${LC_ALL:-}"
                """);
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    }

    @Test
    void buildsOnceAndSaysSoInOneLine() throws Exception {
        Ran first = convoy("models", "--json");
        assertThat(first.status()).isZero();
        assertThat(first.err())
                .startsWith("convoy: building, for nothing is built yet")
                .hasLineCount(1);
        assertThat(first.out()).contains("<convoy.jobs.Main>\n<models>\n<--json>\n");
        assertThat(convoy("models").err()).isEmpty();
        assertThat(calls()).hasSize(1).first().asString().contains("-Dassembly.skip=true");
    }

    @Test
    void jarsOfNetworksAreSeenByEveryCommand() throws Exception {
        Path one = Files.writeString(root.resolve("one.jar"), "PK");
        Path two = Files.writeString(root.resolve("two.jar"), "PK");
        String both = one + "," + two;
        assertThat(convoy("models", "--jars", both).out())
                .contains("/jars/*:" + one + ":" + two + ">\n<convoy.jobs.Main>\n<models>\n");
        assertThat(convoy("train", "--jars=" + both, "run.yaml").out())
                .contains("<--jars>\n<" + both + ">\n")
                .contains("<train>\n<run.yaml>\n");
        assertThat(convoy("models", "--jars", "none.jar").err())
                .contains("--jars none.jar does not exist: check the path")
                .hasLineCount(1);
    }

    @Test
    void buildsAgainWhenASourceOrPomIsNewer() throws Exception {
        convoy("models");
        Instant later = Instant.now();
        for (String changed : List.of("worker/src/main/java/A.java", "pom.xml", "deploy/conf/new.properties")) {
            later = later.plusSeconds(60);
            Files.writeString(root.resolve(changed), "changed");
            Files.setLastModifiedTime(root.resolve(changed), FileTime.from(later));
            assertThat(convoy("models").err())
                    .startsWith("convoy: building, for ")
                    .contains(" is newer than what is built")
                    .hasLineCount(1);
            Files.setLastModifiedTime(root.resolve("deploy/target/convoy-dist/BUILT"), FileTime.from(later));
        }
        assertThat(convoy("models").err()).isEmpty();
        assertThat(calls()).hasSize(4);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndStops() throws Exception {
        Files.writeString(root.resolve("fail"), "");
        Ran ran = convoy("models");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("[ERROR] cannot compile\n", "convoy: the build failed; the whole log is ");
        assertThat(ran.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JAVA_VERSION=\"21.0.1\" | is Java 21.0.1; Spark 3.5 needs 17: set JAVA_HOME to a JDK 17",
                "JAVA_VERSION=\"1.8.0_4\" | is Java 1.8.0_4; Spark 3.5 needs 17: set JAVA_HOME to a JDK 17",
                "JAVA_VERSION=\"21\u001b[2J\" | is Java 21?[2J; Spark 3.5 needs 17: set JAVA_HOME to a JDK 17",
            })
    void anotherJavaIsRefusedInOneLine(String release, String message) throws Exception {
        Files.writeString(java.resolve("release"), release + "\n");
        Ran ran = convoy("models");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(message).hasLineCount(1);
    }

    @Test
    void aJavaHomeWithoutJavaIsRefusedInOneLine() throws Exception {
        Files.delete(java.resolve("bin/java"));
        assertThat(convoy("models").err())
                .contains("has no bin/java; set it to a JDK 17")
                .hasLineCount(1);
    }

    @Test
    void trainingGoesThroughSparkOnThisMachineAlone() throws Exception {
        Ran ran = convoy("train", "my run.yaml", "--set", "name=a b");
        assertThat(ran.out())
                .contains("<org.apache.spark.deploy.SparkSubmit>\n")
                .contains(
                        "<--class>\n<convoy.jobs.Main>\n<spark-internal>\n<train>\n<my run.yaml>\n<--set>\n<name=a b>\n")
                .contains("SPARK_LOCAL_IP=127.0.0.1 OMP_NUM_THREADS=1 SPARK_HOME=" + root.toRealPath());
        assertThat(ran.out()).contains("CUBLAS_WORKSPACE_CONFIG=:4096:8\n");
        assertThat(ran.out()).contains("<@" + root.toRealPath() + "/deploy/target/convoy-dist/conf/spark-jvm.options>");
    }

    @Test
    void sparksOptionsAreTakenFromAnywhere() throws Exception {
        Ran ran = convoy(
                "--master=local-cluster[2,1,1024]",
                "train",
                "r.yaml",
                "--conf",
                "spark.a=b c",
                "--driver-memory",
                "3g");
        assertThat(ran.out())
                .contains("<-Xmx3g>\n")
                .contains("<--master>\n<local-cluster[2,1,1024]>\n<--conf>\n<spark.a=b c>\n<--driver-memory>\n<3g>\n")
                .contains("<spark-internal>\n<train>\n<r.yaml>\n");
    }

    @Test
    void theEnvironmentHasOptionsForTheProcess() throws Exception {
        Command shell = command().with("SPARK_SUBMIT_OPTS", "-Da=b  -XX:+UseSerialGC");
        assertThat(shell.run(root.resolve("convoy").toString(), "train", "r.yaml")
                        .out())
                .contains("<-Da=b>\n<-XX:+UseSerialGC>\n<-cp>\n");
    }

    @Test
    void aClusterWithoutConvoyIsSentTheOneJar() throws Exception {
        Ran ran = convoy("train", "r.yaml", "--master", "spark://h:7077");
        assertThat(ran.out()).contains("<" + root.toRealPath() + "/deploy/target/convoy.jar>\n<train>\n");
        assertThat(ran.out()).contains("SPARK_LOCAL_IP= ");
    }

    @Test
    void aPropertiesFileSaysWhereTheClusterIsAndThatItHasConvoy() throws Exception {
        Path properties = directory.resolve("spark.conf");
        Files.writeString(
                properties,
                "spark.master   spark://127.0.0.1:7077\nspark.convoy.installed true\nspark.driver.memory=2g\n");
        Ran ran = convoy("train", "r.yaml", "--properties-file", properties.toString());
        assertThat(ran.out()).contains("<-Xmx2g>\n", "<--properties-file>\n<" + properties + ">\n", "<spark-internal>");
        Files.delete(properties);
        assertThat(convoy("train", "r.yaml", "--properties-file", properties.toString())
                        .err())
                .isEqualTo("convoy: --properties-file " + properties + " does not exist: check the path\n");
        Files.createFile(properties);
        assertThat(convoy("train", "r.yaml", "--properties-file=" + properties).err())
                .isEqualTo("convoy: --properties-file " + properties
                        + " is empty: it was not written to its end; make it again\n");
        assertThat(convoy("train", "r.yaml", "--properties-file", directory.toString())
                        .err())
                .isEqualTo("convoy: --properties-file " + directory + " is a folder: name a file\n");
    }

    @Test
    void aTildeBehindAnEqualsSignIsTheHomeDirectory() throws Exception {
        Files.writeString(directory.resolve("spark.conf"), "spark.master local[3]\n");
        Command shell = new Command(
                directory, Map.of("JAVA_HOME", java.toString(), "HOME", directory.toString()), Duration.ofMinutes(1));
        Ran ran = shell.run(root.resolve("convoy").toString(), "train", "r.yaml", "--properties-file=~/spark.conf");
        assertThat(ran.out()).contains("<--properties-file>\n<" + directory + "/spark.conf>\n");
    }

    @Test
    void aUserIdWithoutANameHasAHomeDirectory() throws Exception {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        executable(programs.resolve("id"), """
                #!/bin/bash
                if [[ "$1" == -un ]]; then echo "id: cannot find name for user ID 54321" >&2; echo 54321; exit 1; fi
                echo 54321
                """);
        String path = programs + ":" + System.getenv("PATH");
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        Path home = directory.resolve("home");
        for (String command : List.of("train", "models")) {
            Command at = new Command(
                    directory,
                    Map.of("JAVA_HOME", java.toString(), "PATH", path, "HOME", "/", "TMPDIR", temporary.toString()),
                    Duration.ofMinutes(1));
            // Root may write to / too: there the root directory is no home all the same.
            assertThat(at.run(root.resolve("convoy").toString(), command).out())
                    .contains("<-Duser.home=" + temporary + "/convoy-54321>\n");
            Command own = new Command(
                    directory,
                    Map.of("JAVA_HOME", java.toString(), "PATH", path, "HOME", home.toString()),
                    Duration.ofMinutes(1));
            assertThat(own.run(root.resolve("convoy").toString(), command).out())
                    .contains("<-Duser.home=" + home + ">\n");
        }
        assertThat(home).isDirectory();
        assertThat(convoy("models").out()).doesNotContain("-Duser.home");
    }

    @Test
    void nativeLibrariesAreUnpackedWhereTheUserSays() throws Exception {
        Path cache = directory.resolve("a cache");
        Command shell = new Command(
                directory,
                Map.of("JAVA_HOME", java.toString(), "CONVOY_CACHE", cache.toString()),
                Duration.ofMinutes(1));
        for (String command : List.of("train", "models")) {
            assertThat(shell.run(root.resolve("convoy").toString(), command).out())
                    .contains("<-Dorg.bytedeco.javacpp.cachedir=" + cache.toRealPath() + ">\n");
        }
        Path file = Files.writeString(directory.resolve("file"), "");
        Ran refused = new Command(
                        directory,
                        Map.of("JAVA_HOME", java.toString(), "CONVOY_CACHE", file.toString()),
                        Duration.ofMinutes(1))
                .run(root.resolve("convoy").toString(), "models");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).isEqualTo("convoy: CONVOY_CACHE = " + file + " is no folder that may be written\n");
    }

    /** In any other locale Java could not open files whose names have letters beyond ASCII. */
    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "no_WHERE.UTF-8"})
    void javaRunsInALocaleOfUtf8(String locale) throws Exception {
        Command shell =
                new Command(directory, Map.of("JAVA_HOME", java.toString(), "LC_ALL", locale), Duration.ofMinutes(1));
        assertThat(shell.run(root.resolve("convoy").toString(), "models").out()).contains("LC_ALL=C.UTF-8\n");
    }

    @Test
    void aDriverOnTheClusterIsSentTheRunFileOfThisMachine() throws Exception {
        Files.writeString(directory.resolve("my run.yaml"), "epochs: 1");
        Command shell = command().with("HADOOP_CONF_DIR", "/etc/hadoop/conf");
        String convoy = root.resolve("convoy").toString();
        Ran local = shell.run(
                convoy, "train", "--set", "name=a", "./my run.yaml", "--deploy-mode=cluster", "--master", "yarn");
        assertThat(local.out())
                .contains("<--deploy-mode>\n<cluster>\n<--master>\n<yarn>\n")
                .contains("<--files>\n<" + directory.toRealPath() + "/my run.yaml>\n")
                .contains("<-Dconvoy.log.yarn=info>\n", ":/etc/hadoop/conf>\n")
                .contains("<spark-internal>\n<train>\n<--set>\n<name=a>\n<my run.yaml>\n");
        Ran elsewhere = shell.run(convoy, "train", "hdfs:///r.yaml", "--deploy-mode=cluster", "--master=yarn");
        assertThat(elsewhere.out()).contains("<train>\n<hdfs:///r.yaml>\n").doesNotContain("<--files>");
        Ran here = shell.run(convoy, "train", "my run.yaml", "--deploy-mode=client", "--master=yarn");
        assertThat(here.out()).contains("<my run.yaml>").doesNotContain("<--files>", "convoy.log.yarn");
    }

    /** A base beside the study goes along; one elsewhere, which the driver would look for in vain, is refused. */
    @Test
    void aDriverOnTheClusterIsSentTheBaseOfAStudyToo() throws Exception {
        Files.writeString(directory.resolve("base.yaml"), "epochs: 1");
        Path study = directory.resolve("study.yaml");
        Command shell = command().with("HADOOP_CONF_DIR", "/etc/hadoop/conf");
        String[] words = {
            root.resolve("convoy").toString(), "ablate", "study.yaml", "--deploy-mode=cluster", "--master=yarn"
        };
        String file = directory.toRealPath() + "/study.yaml";
        for (String base : List.of("base.yaml", "'base.yaml'  # beside it", "\"base.yaml\"")) {
            Files.writeString(study, "name: a\nbase: " + base + "\n");
            assertThat(shell.run(words).out())
                    .as(base)
                    .contains("<--files>\n<" + file + "," + directory.toRealPath() + "/base.yaml>\n");
        }
        for (String base : List.of("{epochs: 1}", "", "hdfs://host/base.yaml", "/runs/base.yaml", "absent.yaml")) {
            Files.writeString(study, "name: a\nbase: " + base + "\n");
            assertThat(shell.run(words).out()).as(base).contains("<--files>\n<" + file + ">\n");
        }
        Files.writeString(study, "name: a\nbase: runs/base.yaml\n");
        Ran elsewhere = shell.run(words);
        assertThat(elsewhere.status()).isEqualTo(2);
        assertThat(elsewhere.err())
                .isEqualTo(
                        "convoy: base = runs/base.yaml of study.yaml lies in another folder, which is not sent to the"
                                + " driver: put it beside the study file, or give an address that the cluster reads\n");
    }

    @Test
    void aPropertiesFileSaysWhereYarnIs() throws Exception {
        Path properties = directory.resolve("spark.conf");
        Files.writeString(properties, "spark.master yarn\nspark.convoy.hadoopConf /a/conf\n");
        assertThat(convoy("train", "r.yaml", "--properties-file", properties.toString())
                        .out())
                .contains(":/a/conf>\n");
    }

    @Test
    void helpNeedsNoSpark() throws Exception {
        assertThat(convoy("train", "--help").out())
                .doesNotContain("SparkSubmit")
                .contains("<train>\n<--help>\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models --master local[2] | convoy: models does not run on Spark; leave --master out",
                "train r.yaml --master    | convoy: --master needs a value",
                "train r.yaml --deploy-mode there | convoy: --deploy-mode = there is neither client nor cluster",
                "train r.yaml --deploy-mode cluster | convoy: --deploy-mode cluster with --master local[*]: the driver runs on"
                        + " the cluster with --master yarn alone; leave it out",
                "train r.yaml --master yarn | convoy: --master yarn needs to know where the cluster is; set HADOOP_CONF_DIR to"
                        + " the directory of its yarn-site.xml and core-site.xml",
            })
    void aWrongLauncherOptionIsOneLineAndStatusTwo(String words, String message) throws Exception {
        convoy("models");
        Ran ran = convoy(words.split(" "));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).isEqualTo(message + "\n");
    }

    @Test
    void theJvmOptionsAreSparksOwn() {
        assertThat(System.getProperty("spark.jvm.options", "").split(" +"))
                .contains(JavaModuleOptions.defaultModuleOptions().split(" +"));
    }

    @Test
    void aGpuIsCheckedWithoutSparkByABuildForGpus() throws Exception {
        Command shell = new Command(directory, Map.of("JAVA_HOME", java.toString()), Duration.ofMinutes(1));
        assertThat(shell.run(root.resolve("deploy/gpu-check").toString(), "--json")
                        .out())
                .contains("<convoy.jobs.Main>\n<gpu-check>\n<--json>\n", "CUBLAS_WORKSPACE_CONFIG=:4096:8\n")
                .contains("CUDA_DEVICE_ORDER=PCI_BUS_ID\n");
        assertThat(calls()).singleElement().asString().endsWith(" -Plibtorch-gpu");
    }

    @Test
    void whatMeasuresRunsLongEnoughForTheOptimizingCompiler() throws Exception {
        String notOptimizing = "<-XX:TieredStopAtLevel=1>";
        assertThat(convoy("models").out()).contains(notOptimizing, " OMP_NUM_THREADS=1 ");
        for (String measuring : List.of("beside-pytorch", "gpu-check")) {
            assertThat(convoy(measuring).out())
                    .contains("<" + measuring + ">", " OMP_NUM_THREADS=1 ")
                    .doesNotContain(notOptimizing);
        }
    }

    /** A Python whose packages have these libraries, each in a directory of its own, and a PyTorch that has them too. */
    private Path python(String name, List<String> libraries) throws IOException {
        Path site = directory.resolve(name + " site-packages");
        for (String library : libraries) {
            for (String folder : List.of("nvidia/of " + library + "/lib", "torch/lib")) {
                Files.createDirectories(site.resolve(folder));
                Files.writeString(site.resolve(folder).resolve(library), "");
            }
        }
        Path python = directory.resolve(name);
        executable(python, "#!/bin/bash\necho '" + site + "'\n");
        return python;
    }

    /** What has a driver, and the linker's list of libraries empty. */
    private Command onAGpu() throws IOException, InterruptedException {
        convoy("models");
        Files.createDirectories(root.resolve("deploy/target/convoy-dist/jars"));
        Files.writeString(
                root.resolve("deploy/target/convoy-dist/jars/org.bytedeco.pytorch-1-linux-x86_64-gpu.jar"), "");
        Path tools = directory.resolve("tools");
        executable(tools.resolve("nvidia-smi"), "#!/bin/bash\n");
        executable(tools.resolve("ldconfig"), "#!/bin/bash\n");
        executable(tools.resolve("python3"), "#!/bin/bash\nexit 1\n");
        return command().with("PATH", tools + ":" + System.getenv("PATH")).with("LD_LIBRARY_PATH", "/before");
    }

    @Test
    void cudasLibrariesComeFromTheNamedPythonBeforeWhatIsThere() throws Exception {
        Path python = python("a python", OF_CUDA);
        Ran ran = onAGpu().run(root.resolve("convoy").toString(), "gpu-check", "--python", python.toString());
        String directories = OF_CUDA.stream()
                .map(library -> python + " site-packages/nvidia/of " + library + "/lib")
                .sorted()
                .collect(Collectors.joining(":"));
        assertThat(ran.out())
                .contains("<--python>\n<" + python + ">\n")
                .contains("LD_LIBRARY_PATH=" + directories + ":/before\n");
        assertThat(ran.err()).isEqualTo("convoy: CUDA's libraries are taken from " + directories + "\n");
        Ran train = onAGpu().with("CONVOY_PYTHON", python.toString())
                .run(root.resolve("convoy").toString(), "train", "r.yaml", "--set", "device=cuda:0");
        assertThat(train.out()).contains("LD_LIBRARY_PATH=" + directories + ":/before\n");
        assertThat(train.err()).isEqualTo(ran.err());
    }

    @Test
    void whatCudaLacksIsOneLine() throws Exception {
        String convoy = root.resolve("convoy").toString();
        Path python = python("python", OF_CUDA.subList(0, OF_CUDA.size() - 2));
        Command machine = onAGpu().with("CUDA_HOME", directory.toString());
        assertThat(machine.run(convoy, "gpu-check", "--python=" + python).err())
                .startsWith("convoy: there is no libcufile.so.0, libnccl.so.2 on LD_LIBRARY_PATH, in ")
                .hasLineCount(1);
        assertThat(machine.run(convoy, "gpu-check", "--python=" + python, "--device", "cpu")
                        .err())
                .isEmpty();
    }

    @Test
    void aBundleWithoutTheMachineCodeOfTheGpuIsOneLine() throws Exception {
        Path bundle = directory.resolve("a bundle");
        Files.createDirectories(bundle.resolve("bin"));
        Files.createDirectories(bundle.resolve("lib/convoy/jars"));
        for (Path script : List.of(Path.of("convoy"), Path.of("deploy/gpu-check"))) {
            Files.copy(ROOT.resolve(script), bundle.resolve("bin").resolve(script.getFileName()));
        }
        Files.copy(ROOT.resolve("deploy/launch.sh"), bundle.resolve("lib/convoy/launch.sh"));
        Files.writeString(bundle.resolve("lib/convoy/jars/org.bytedeco.pytorch-1-linux-x86_64-gpu.jar"), "");
        Files.writeString(bundle.resolve("BUNDLE"), "libtorch: for CUDA 13, machine code for sm = 80,90\n");
        Files.createDirectories(bundle.resolve("runtime/bin"));
        Files.copy(java.resolve("bin/java"), bundle.resolve("runtime/bin/java"));
        Command machine =
                onAGpu().with("CONVOY_PYTHON", python("python", OF_CUDA).toString());
        String check = bundle.resolve("bin/gpu-check").toString();
        for (String capability : List.of("8.0", "8.9", "9.0", "7.5\n9.0")) {
            executable(directory.resolve("tools/nvidia-smi"), "#!/bin/bash\necho '" + capability + "'\n");
            assertThat(machine.run(check).out())
                    .as(capability)
                    .contains("<-Dorg.bytedeco.javacpp.cachedir=" + bundle.toRealPath() + "/cache>")
                    .contains("<gpu-check>");
        }
        executable(directory.resolve("tools/nvidia-smi"), "#!/bin/bash\necho 12.0\n");
        Ran other = machine.run(check);
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err())
                .isEqualTo(
                        "convoy: this bundle was made with --sm = 80,90, and the GPU is of sm_120: make one with that, or"
                                + " without --sm\n");
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(root.resolve("calls"));
    }

    private Ran convoy(String... words) throws InterruptedException {
        String[] command = Stream.concat(Stream.of(root.resolve("convoy").toString()), Stream.of(words))
                .toArray(String[]::new);
        return command().run(command);
    }

    private Command command() {
        return new Command(directory, Map.of("JAVA_HOME", java.toString()), Duration.ofMinutes(1));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
