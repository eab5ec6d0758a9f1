package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.jobs.Main;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The check of a GPU, where there is none: what it does there is tried on the processor, against the other engine. */
final class GpuCheckTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int convoy(String... words) {
        return Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void comparesGradientsAndMeasures() throws Exception {
        int status = convoy(
                "gpu-check",
                "--device",
                "cpu",
                "--networks",
                "lenet5,resnet20_cifar",
                "--precisions",
                "fp32,bf16",
                "--reference",
                "nd4j",
                "--batch",
                "4",
                "--seconds",
                "1",
                "--json");
        assertThat(status).as(err.toString()).isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        assertThat(result.get("device").asText()).isEqualTo("the processor");
        for (String network : List.of("lenet5", "resnet20_cifar")) {
            double before = 0;
            for (String precision : List.of("fp32", "bf16")) {
                JsonNode agreement = result.get("gradients").get(network).get(precision);
                assertThat(agreement.get("passed").asBoolean()).isTrue();
                assertThat(agreement.get("same-bits-twice").asBoolean()).isTrue();
                assertThat(agreement.get("distance").asDouble()).isGreaterThan(before);
                before = agreement.get("distance").asDouble();
                JsonNode speed = result.get("speed").get(network).get(precision);
                assertThat(speed.get("images-per-second").asDouble()).isPositive();
                assertThat(speed.has("cost-of-determinism")).isFalse();
            }
        }
    }

    @Test
    void withoutAGpuItSaysSoInOneLine() {
        assumeFalse(Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                .anyMatch(path -> Path.of(path, "nvidia-smi").toFile().exists()));
        assertThat(convoy("gpu-check")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("there is no nvidia-smi on the PATH, so no NVIDIA driver: ")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }
}
