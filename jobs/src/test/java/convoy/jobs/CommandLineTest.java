package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.Catalogue;
import convoy.jobs.command.ConvoyCommand;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandLineTest {
    static Stream<String> commands() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return ConvoyCommand.line(nowhere, nowhere).getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Ran ran = Ran.convoy(command, "--help");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).startsWith("Usage: convoy " + command).contains("--debug", "--help");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void withoutACommandItSaysWhatThereIs() {
        Ran ran = Ran.convoy();
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains(commands().toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "modles              | convoy: Unmatched argument at index 0: 'modles'; did you mean models? (convoy --help)",
                "models --jsn        | convoy models: Unknown option: '--jsn'; did you mean --json? (convoy models --help)",
                "describe            | convoy describe: Missing required parameter: 'NETWORK', --network-file, --onnx or --data (convoy describe --help)",
                "describe --data /no/such/data --preview x.png | data set /no/such/data does not exist: check the address or make it with",
                "describe resnet20_cifr | network = resnet20_cifr is not in the catalogue; did you mean ",
                "describe resnet20_cifar --input 3x2 | input = 3x2 is no shape; write channels x height x width",
                "describe --network-file /no/such.yaml | network file /no/such.yaml does not exist: check the path and its scheme",
                "describe lenet5 --network-file x.yaml | convoy describe: NETWORK and --network-file are both given: leave one of them out",
                "describe lenet5 --parameter a=1 | network.parameters = a, and lenet5 comes in one size",
                "describe resnet20_cifar --classes x | convoy describe: Invalid value for option '--classes'",
                "ablate s.yaml --measure | --measure is given without --dry-run, which alone tells a time before anything starts",
                "ablate s.yaml --pace a=10 | --pace is given without --dry-run",
                "ablate s.yaml --dry-run --pace a=fast | convoy ablate: Invalid value for option '--pace' (VARIANT=IMAGES): 'fast'",
                "ablate s.yaml --dry-run --pace 10 | convoy ablate: ",
                "benchmark --batch 0 | --batch = 0, --seconds = 10: both must be 1 or more",
                "benchmark --precision bf16 | precision = bf16 is not to be had of engine = nd4j, which computes in fp32 alone:",
                "predict --model m --precision fp8 x.png | convoy predict: Invalid value for option '--precision': 'fp8' is not one of",
                "gpu-check --batch 0 | --batch = 0, --seconds = 2, --budget = 480: all must be 1 or more",
                "gpu-check --budget 0 | --seconds = 2, --budget = 0: all must be 1 or more",
                "gpu-check --seconds 0 | --seconds = 0, --budget = 480: all must be 1 or more",
                "gpu-check --resume | --resume goes on with --results, which was not given",
                "gpu-check --steps speed,spede | --steps = spede is no step of the check; there are card, gradients, ",
                "gpu-check --device cpu --precisions tf32 | precision = tf32 is a GPU's arithmetic, and device = cpu",
                "gpu-check --device cpu --threads 0 | threads = 0 is not in [1, 1024]",
                "gpu-check --device cpu --networks resnet20 | network = resnet20 is not in the catalogue; did you mean ",
                "gpu-check --device gpu | device = 'gpu' is not a device",
                "benchmark --network resnet21_cifar | network = resnet21_cifar is not in the catalogue; did you mean ",
                "recipes resnet20_cifr | recipe = resnet20_cifr is none of 16: did you mean resnet20_cifar? `convoy recipes` lists all",
                "recipes pizza | recipe = pizza is none of 16: `convoy recipes` lists all",
                "describe lenet5 --micro-batch 0 | --micro-batch = 0 < 1: ask for one image or more",
                "describe lenet5 --precision fp8 | convoy describe: Invalid value for option '--precision': 'fp8' is not one of",
                "describe lenet5 --optimizer addam | --optimizer:1: optimizer = addam is ",
                "describe resnet20_cifar --classes 0 | classes = 0, must be at least 1",
            })
    void aWrongWordIsOneLineAndStatusTwo(String words, String message) {
        Ran ran = Ran.convoy(words.split(" "));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith(message).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void debugAddsTheStackTrace() {
        assertThat(Ran.convoy("describe", "nothing", "--debug").err()).contains("\tat convoy.");
        assertThat(Ran.convoy("--debug", "describe", "nothing").err()).contains("\tat convoy.");
    }

    @Test
    void modelsListsTheWholeCatalogue() throws Exception {
        Ran table = Ran.convoy("models");
        assertThat(table.out().lines()).hasSize(1 + Catalogue.all().size());
        assertThat(table.out()).containsPattern("resnet20_cifar +\\S.*3x32x32 +10 +269,722 +0\\.0406\n");
        JsonNode json =
                new ObjectMapper().readTree(Ran.convoy("models", "--json").out());
        assertThat(json).hasSize(Catalogue.all().size());
        assertThat(json.get(0).fieldNames()).toIterable().contains("name", "parameters", "multiply-adds");
    }

    @Test
    void describePrintsEveryLayer() throws Exception {
        Ran ran = Ran.convoy("describe", "resnet20_cifar", "--input", "3x64x64", "--classes", "7");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("3x64x64").containsPattern("fc +.* 7 +455 ");
        JsonNode json = new ObjectMapper()
                .readTree(Ran.convoy("describe", "resnet20_cifar", "--json").out());
        assertThat(json.get("parameters").asInt()).isEqualTo(269_722);
        int sum = 0;
        long macs = 0;
        for (JsonNode layer : json.get("layers")) {
            sum += layer.get("parameters").asInt();
            macs += layer.get("multiply-adds").asLong();
        }
        assertThat(sum).isEqualTo(269_722);
        assertThat(macs).isEqualTo(json.get("multiply-adds").asLong());
    }

    @Test
    void describeTellsWhatLayersSeeAndWhatBytesTheyTake() throws Exception {
        Ran ran = Ran.convoy("describe", "vgg16", "--input", "3x230x224");
        assertThat(ran.out()).containsPattern("features\\.30 .* 212x212 +32 +15\\.5 ");
        assertThat(ran.err())
                .isEqualTo("convoy: features.9 never reads the last row of its 115x112 input (112 pixels of each"
                        + " channel): its stride does not divide what its window leaves of it\n"
                        + "convoy: features.16 never reads the last row of its 57x56 input (56 pixels of each"
                        + " channel): its stride does not divide what its window leaves of it\n");
        JsonNode adam = new ObjectMapper()
                .readTree(Ran.convoy(
                                "describe",
                                "lenet5",
                                "--json",
                                "--micro-batch",
                                "8",
                                "--precision",
                                "bf16",
                                "--optimizer",
                                "adam")
                        .out())
                .get("memory");
        assertThat(adam.get("optimizer").asLong()).isEqualTo(2 * 4 * 61_706);
        assertThat(adam.get("copies").asLong()).isEqualTo(2 * 61_706);
        JsonNode sgd = new ObjectMapper()
                .readTree(Ran.convoy("describe", "lenet5", "--json", "--optimizer", "sgd")
                        .out())
                .get("memory");
        assertThat(sgd.get("optimizer").asLong()).isZero();
        assertThat(adam.get("activations-kept").asLong())
                .isEqualTo(8 * sgd.get("activations-kept").asLong() / 2);
    }

    @Test
    void describeDraws(@TempDir Path directory) throws Exception {
        Path svg = directory.resolve("a b.svg");
        Path dot = directory.resolve("network.dot");
        Ran ran = Ran.convoy("describe", "resnet18", "--svg", svg.toString(), "--dot", dot.toString());
        assertThat(ran.status()).isZero();
        assertThat(Files.readString(svg)).startsWith("<").contains("<svg", "conv1");
        assertThat(Files.readString(dot)).startsWith("digraph");
    }

    @Test
    void whatCannotBePredictedIsOneLine(@TempDir Path directory) {
        String model = directory.resolve("no.safetensors").toString();
        Ran absent = Ran.convoy("predict", "--model", model, "a.png");
        assertThat(absent.status()).isEqualTo(2);
        assertThat(absent.err())
                .contains("no.safetensors does not exist: give the URI of a model")
                .hasLineCount(1);
        Ran none = Ran.convoy("predict", "--model", model, "--top", "0", "a.png");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err())
                .startsWith("--top = 0 < 1: ask for one class or more")
                .hasLineCount(1);
    }

    @Test
    void aPictureThatCannotBeWrittenIsOneLine(@TempDir Path directory) {
        String svg = directory.resolve("missing/a.svg").toString();
        Ran ran = Ran.convoy("describe", "lenet5", "--svg", svg);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err())
                .startsWith(svg + " cannot be written: NoSuchFileException; choose")
                .hasLineCount(1);
    }

    @Test
    void trainChecksTheWholeRunFileBeforeAnythingStarts(@TempDir Path directory) throws Exception {
        Path run = Files.writeString(directory.resolve("run.yaml"), "epochs: many\nworkres: 2\n");
        Ran ran = Ran.convoy("train", run.toString(), "--set", "seed=x");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err().lines())
                .containsExactly(
                        "--set seed=x: seed = x is not a whole number",
                        run + ":1: epochs = many is not a whole number",
                        run + ":2: workres is no key here; did you mean workers?");
    }

    @Test
    void trainPrintsTheResolvedRunWithoutStartingIt(@TempDir Path directory) throws Exception {
        Path run = Files.writeString(directory.resolve("run.yaml"), "epochs: 3\n");
        Ran ran = Ran.convoy("train", run.toString(), "--check", "--set", "workers=2", "--set", "optimizer=adam");
        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("epochs: 3\n", "workers: 2\n", "optimizer:\n  kind: adam\n  beta1: 0.9\n");
        Path again = Files.writeString(directory.resolve("again.yaml"), ran.out());
        assertThat(Ran.convoy("train", again.toString(), "--check").out()).isEqualTo(ran.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spark://127.0.0.1:1 | (Connection refused)",
                "spark://a.host.that.is.not.there.invalid:7077 | (no such host)",
                "spark://127.0.0.1 | (For input string: \"127.0.0.1\")",
            })
    void aMasterThatIsNotThereIsOneLineAtOnce(String master, String reason, @TempDir Path directory) throws Exception {
        Path run = Files.writeString(directory.resolve("run.yaml"), "epochs: 1\n");
        System.setProperty("spark.master", master);
        try {
            Ran ran = Ran.convoy("train", run.toString());
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err())
                    .startsWith(
                            "spark.master = " + master + " cannot be reached " + reason + "; check the host and port")
                    .hasLineCount(1);
        } finally {
            System.clearProperty("spark.master");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train nowhere.yaml       | run file nowhere.yaml (file:/",
                "train hdfs://localhost:1/run.yaml | run file hdfs://localhost:1/run.yaml: nobody answers at localhost:1; check the address",
                "train gopher://h/run.yaml| run file gopher://h/run.yaml: Hadoop knows no file system \"gopher\"",
                "train .                  | run file file:/",
                "ablate nowhere.yaml      | run file nowhere.yaml (file:/",
                "ablate                   | convoy ablate: Missing required parameter: 'STUDY.yaml'",
                "ablate x.yaml --anywya   | convoy ablate: Unknown option: '--anywya'; did you mean --anyway?",
                "train                    | convoy train: Missing required parameter: 'RUN.yaml'",
                "import                   | convoy import: Missing required options: '--format=FORMAT', '--from=URI', '--to=URI'",
                "import --format=cifar --from=a --to=b | convoy import: Invalid value for option '--format': 'cifar' is not one of cifar-binary, csv, idx, image-folder, imagenet-validation, parquet; did you mean cifar-binary?",
                "import --format=idx --from=a --to=b --resize=0 | resize = 0, must lie in [1, 4096]",
                "import --format=idx --from=a --to=b --store=encoded | store = encoded goes with",
                "export nowhere --to x    | run nowhere (file:/",
                "export nowhere --to x --format onxx | convoy export: Invalid value for option '--format': 'onxx' is not one of dl4j, onnx, safetensors",
                "evaluate a.safetensors --network lenet5 | --data is missing: say on which data set to score a.safetensors",
                "evaluate nowhere         | run nowhere (file:/",
                "evaluate                 | convoy evaluate: Missing required parameter: 'RUN|FILE'",
            })
    void aWrongFileOrValueIsOneLineAndStatusTwo(String words, String message) {
        Ran ran = Ran.convoy(words.split(" "));
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith(message).hasLineCount(1);
        assertThat(ran.out()).isEmpty();
    }
}
