package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.Catalogue;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                "describe            | convoy describe: Missing required parameter: 'NETWORK' (convoy describe --help)",
                "describe resnet20_cifr | network = resnet20_cifr is not in the catalogue; did you mean ",
                "describe resnet20_cifar --input 3x2 | input = 3x2 is no shape; write channels x height x width",
                "describe resnet20_cifar --classes x | convoy describe: Invalid value for option '--classes'",
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
        assertThat(ran.out()).startsWith("LAYER").contains("resnet20_cifar on 3x64x64, 7 classes: ");
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
}
