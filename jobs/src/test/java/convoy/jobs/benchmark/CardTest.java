package convoy.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CardTest {
    @TempDir
    private Path directory = Path.of("");

    /** A driver's program that does this. */
    private String nvidiaSmi(String script) throws IOException {
        Path file = directory.resolve("nvidia-smi");
        Files.writeString(file, "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    @Test
    void isWhatTheDriverSays() throws Exception {
        Card card = Card.find(
                3, nvidiaSmi("[[ $1 == --id=3 ]] && echo 'NVIDIA H100 80GB HBM3, 580.65.06, 81559 MiB, 9.0'"));
        assertThat(card).hasToString("NVIDIA H100 80GB HBM3, 81559 MiB, compute capability 9.0, driver 580.65.06");
        assertThat(card.hasTf32AndBf16()).isTrue();
        assertThat(Card.find(0, nvidiaSmi("echo 'Tesla T4, 580.1, 16 GiB, 7.5'"))
                        .hasTf32AndBf16())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 'No devices were found'; exit 6 | GPU 0 is not to be had: nvidia-smi says 'No devices were found'",
                "echo 'Tesla T4, 535.2, 16 GiB, 7.5'  | the driver is of release 535.2, and CUDA 13 needs 580 or newer",
                "echo 'Tesla V100, 580.1, 16 GiB, 7.0' | the card, Tesla V100, is of compute capability 7.0",
                "echo 'Field compute_cap is not valid' | nvidia-smi says 'Field compute_cap is not valid' where name,",
            })
    void whatCannotWorkIsOneLine(String script, String message) {
        assertThatThrownBy(() -> Card.find(0, nvidiaSmi(script)))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("\n");
    }
}
