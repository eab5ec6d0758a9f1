package convoy.worker.engine.libtorch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.engine.Device;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineOptionsBuilder;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.Precision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuSettingsTest {
    private static EngineOptions options(Precision precision, boolean deterministic) {
        return EngineOptionsBuilder.builder()
                .device(Device.cuda(0))
                .threads(1)
                .precision(precision)
                .deterministic(deterministic)
                .labelSmoothing(LabelSmoothing.NONE)
                .frozen(Frozen.NOTHING)
                .build();
    }

    @Test
    void enginesThatAreAliveTogetherAgree() {
        GpuSettings settings = new GpuSettings();
        settings.claim(options(Precision.FP32, true));
        settings.claim(options(Precision.BF16, true));
        assertThatThrownBy(() -> settings.claim(options(Precision.TF32, true)))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "an engine on a GPU asks for precision = tf32 and deterministic = true, but one in this process has"
                                + " precision = other than tf32 and deterministic = true, and PyTorch has one setting for all; give"
                                + " all engines of a process the same");
        assertThatThrownBy(() -> settings.claim(options(Precision.FP32, false)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("deterministic = false");
        settings.release();
        assertThatThrownBy(() -> settings.claim(options(Precision.TF32, true))).isInstanceOf(BadInputException.class);
        settings.release();
        settings.claim(options(Precision.TF32, false));
    }

    @Test
    void saysWhichLibrariesThereAreNot() {
        assertThat(TorchBackend.missing(List.of("libc.so.6", "libnothing.so.1")))
                .containsExactly("libnothing.so.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":0:0"})
    void withoutItsWorkspaceCublasIsNotDeterministic(String workspace) {
        Map<String, String> environment = workspace.isEmpty() ? Map.of() : Map.of("CUBLAS_WORKSPACE_CONFIG", workspace);
        assertThatThrownBy(() -> TorchBackend.requireWorkspace(environment))
                .isInstanceOf(BadInputException.class)
                .hasMessage("deterministic = true on a GPU, and CUBLAS_WORKSPACE_CONFIG = '" + workspace
                        + "' in the environment of the process: cuBLAS needs :4096:8 there; start with ./convoy or set it, or"
                        + " give deterministic = false");
        TorchBackend.requireWorkspace(Map.of("CUBLAS_WORKSPACE_CONFIG", ":4096:8"));
    }
}
