package convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProcessorKindTest {
    @ParameterizedTest
    @CsvSource({
        "fpu sse4_2 avx, base",
        "avx avx2 fma bmi1 bmi2 f16c, avx2",
        "avx avx2 fma bmi1 bmi2 f16c avx512f avx512cd avx512bw avx512dq avx512vl, avx512",
        "avx2 fma bmi1 bmi2 f16c avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16, avx512-bf16",
        "avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16 amx_tile amx_bf16, amx",
    })
    void theFlagsOfAProcessorTellWhichItIs(String flags, String name) {
        assertThat(ProcessorKind.of("processor : 0\nflags\t\t: " + flags + "\n"))
                .hasToString(name);
    }

    @Test
    void nothingIsKnownOfOtherMachines() {
        assertThat(ProcessorKind.of("")).isEqualTo(ProcessorKind.BASE);
    }
}
