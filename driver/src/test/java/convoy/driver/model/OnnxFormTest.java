package convoy.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.Outputs.ExportFormat;
import convoy.driver.network.OnnxFiles;
import convoy.onnx.in.OnnxModel;
import convoy.parameterserver.files.Safetensors.Precision;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stored model as an ONNX model, in one file and in two. */
final class OnnxFormTest {
    private static final ModelDescription DESCRIPTION = ModelDescription.of(
                    "resnet20_cifar", 4, new Shape.Image(3, 32, 32), List.of(0.5, 0.25, 0.125), List.of(0.25, 0.5, 1.0))
            .withClassNames(List.of("a \"b\"", "c", "d", "e"));

    private final Configuration hadoop = new Configuration();
    private final Path run;
    private final Path to;

    OnnxFormTest(@TempDir Path directory) throws IOException {
        this.run = Files.createDirectories(directory.resolve("run"));
        this.to = directory.resolve("m.onnx");
    }

    private float[] write(ModelDescription description) throws IOException {
        float[] values = description.build().initialize(3);
        try (OutputStream out = Files.newOutputStream(run.resolve("model.safetensors"))) {
            new StoredModel(description, 120, values).writeSafetensors(out, Precision.F32, false);
        }
        return values;
    }

    private long export(boolean normalization, long mostInside) {
        return ModelExport.run(
                hadoop,
                run.toUri().toString(),
                new ExportForm(ExportFormat.ONNX, Precision.F32, false, normalization),
                to.toUri().toString(),
                mostInside);
    }

    @Test
    void aModelComesBackFromOneFile() throws IOException {
        float[] values = write(DESCRIPTION);
        assertThat(export(false, Long.MAX_VALUE)).isEqualTo(120);
        OnnxModel model = OnnxFiles.open(hadoop, to.toUri().toString());
        assertThat(model.network().fingerprint()).isEqualTo(DESCRIPTION.build().fingerprint());
        assertThat(model.values()).isEqualTo(values);
        assertThat(model.origin().metadata()).containsEntry("class_names", "[\"a \\\"b\\\"\",\"c\",\"d\",\"e\"]");
        assertThat(StoredModel.describe(hadoop, to.toUri().toString(), Optional.empty()))
                .isEqualTo(DESCRIPTION);
        assertThat(StoredModel.step(hadoop, to.toUri().toString())).isEqualTo(120);
    }

    @Test
    void numbersThatAreTooManyLieBesideIt() throws IOException {
        float[] values = write(DESCRIPTION);
        export(false, 1000);
        assertThat(to.resolveSibling("m.onnx.data")).hasSize(4L * values.length);
        assertThat(Files.size(to)).isLessThan(100_000);
        assertThat(OnnxFiles.open(hadoop, to.toUri().toString()).values()).isEqualTo(values);
        export(false, 1000);
        Files.delete(to);
        assertThatThrownBy(() -> export(false, 1000))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("m.onnx.data beside it is there, and no model that it is of");
    }

    @Test
    void theNormalizationMayBeInside() throws IOException {
        write(DESCRIPTION);
        export(true, Long.MAX_VALUE);
        assertThat(OnnxFiles.open(hadoop, to.toUri().toString()).notices())
                .singleElement()
                .asString()
                .contains("127.5, 63.75, 31.875", "63.75, 127.5, 255.0");
        write(DESCRIPTION.withMean(List.of()).withStd(List.of()));
        assertThatThrownBy(() -> export(true, Long.MAX_VALUE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("leave --normalization out");
    }

    @Test
    void whatIsThereAndNoModelOfOursStays() throws IOException {
        write(DESCRIPTION);
        Files.writeString(to, "precious");
        assertThatThrownBy(() -> export(false, Long.MAX_VALUE))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("is no model that `convoy export` wrote in this format");
        assertThat(to).hasContent("precious");
    }

    @Test
    void whatAFormHasNotIsRefused() {
        assertThatThrownBy(() -> new ExportForm(ExportFormat.ONNX, Precision.F16, false, false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("dtype = F16: an ONNX model is written as f32");
        assertThatThrownBy(() -> new ExportForm(ExportFormat.ONNX, Precision.F32, true, false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("without auxiliary heads");
        assertThatThrownBy(() -> new ExportForm(ExportFormat.SAFETENSORS, Precision.F32, false, true))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("format = safetensors: only an ONNX model");
    }
}
