package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnginesTest {

    @Test
    void findsAnEngineByNameAndDevice() {
        assertThat(Engines.find("nd4j", Device.CPU).name()).isEqualTo("nd4j");
    }

    @Test
    void saysWhichEnginesThereAre() {
        assertThatThrownBy(() -> Engines.find("nd5j", Device.CPU))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("engine = 'nd5j' is not on the class path; there ")
                .hasMessageEndingWith("nd4j");
    }

    @Test
    void findsTheFormThatAnEngineOffers() {
        assertThat(Engines.form("dl4j").name()).isEqualTo("dl4j");
        assertThatThrownBy(() -> Engines.form("onnx"))
                .isInstanceOf(BadInputException.class)
                .hasMessage("no engine on the class path writes models as onnx; export safetensors, or add the engine's"
                        + " jar");
    }

    @Test
    void saysWhatADeviceNeeds() {
        assertThatThrownBy(() -> Engines.find("nd4j", Device.cuda(1)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("engine = nd4j cannot compute on device = cuda:1: ")
                .hasMessageContaining("build with -Pcuda");
    }

    @Test
    void devicesReadBackAsTheyAreWritten() {
        assertThat(Device.parse("cpu")).isEqualTo(Device.CPU);
        assertThat(Device.parse("cuda")).isEqualTo(Device.cuda(0));
        assertThat(Device.parse("cuda:3")).isEqualTo(Device.cuda(3));
        for (Device device : new Device[] {Device.CPU, Device.cuda(2)}) {
            assertThat(Device.parse(device.toString())).isEqualTo(device);
        }
        assertThat(Device.CPU.gpu()).isEmpty();
        assertThat(Device.cuda(2).gpu()).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "cuda:", "cuda:-1", "cuda:1234567890", "CPU", ""})
    void refusesOtherDevices(String text) {
        assertThatThrownBy(() -> Device.parse(text))
                .isInstanceOf(BadInputException.class)
                .hasMessage("device = '" + text + "' is not a device: write auto, cpu, cuda or cuda:N, as cuda:0");
    }

    @Test
    void refusesOptionsThatCannotWork() {
        assertThatThrownBy(() -> new EngineOptions(Device.CPU, 0, LabelSmoothing.NONE))
                .isInstanceOf(BadInputException.class)
                .hasMessage("threads = 0 is not in [1, 1024]: use one for each worker core");
        assertThatThrownBy(() -> new LabelSmoothing(1))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("label-smoothing = 1.0 is not in [0, 1)");
        assertThatThrownBy(() -> new LabelSmoothing(Double.NaN)).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> new Device(Device.Kind.CPU, 1)).isInstanceOf(BadInputException.class);
    }
}
