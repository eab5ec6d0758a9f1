package convoy.worker.engine;

import convoy.records.text.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What instructions a processor has, as far as the engines' libraries choose other code by it, and so other bits.
 */
public enum ProcessorKind {
    /** Less than the others, or nothing is known of it. */
    BASE(""),
    /** With fused multiply-add. */
    AVX2("avx2 fma bmi1 bmi2 f16c"),
    /** With the parts that servers' processors have. */
    AVX512("avx512f avx512cd avx512bw avx512dq avx512vl"),
    /** With products of half precision. */
    AVX512_BF16("avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16"),
    /** With tiles. */
    AMX("avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16 amx_tile amx_bf16");

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    /** Words of {@code /proc/cpuinfo}. */
    private final String flags;

    ProcessorKind(String flags) {
        this.flags = flags;
    }

    /** This machine's. */
    static ProcessorKind here() {
        return Files.isReadable(PROCESSOR) ? of(cpuinfo()) : BASE;
    }

    private static String cpuinfo() {
        try {
            return Files.readString(PROCESSOR);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PROCESSOR, e);
        }
    }

    /** Of the text of {@code /proc/cpuinfo}. */
    static ProcessorKind of(String cpuinfo) {
        Optional<String> line =
                cpuinfo.lines().filter(text -> text.startsWith("flags")).findFirst();
        Set<String> words = new TreeSet<>(Arrays.asList(line.orElse("").split("\\s+")));
        ProcessorKind best = BASE;
        for (ProcessorKind each : values()) {
            best = words.containsAll(each.words()) ? each : best;
        }
        return best;
    }

    private List<String> words() {
        return flags.isEmpty() ? List.of() : List.of(flags.split(" ", -1));
    }

    /** As a manifest has it. */
    @Override
    public String toString() {
        return Names.kebab(name());
    }
}
