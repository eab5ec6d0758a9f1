package convoy.worker.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a processor can do at once, which decides the algorithm that a library computes with: each has its own. */
public enum InstructionSet {
    SSE41("SSE4.1", "default", "DEFAULT", "-onednn", "sse4_1"),
    AVX2("AVX2", "avx2", "AVX2", "-onednn-avx2", "avx2 fma bmi1 bmi2 f16c"),
    AVX512_CORE(
            "AVX-512 with AVX512BW",
            "avx512",
            "AVX512",
            "-onednn-avx512",
            "avx512f avx512cd avx512bw avx512dq avx512vl"),
    /** Where oneDNN and PyTorch, left to themselves, compute bf16 without making floats of it first. */
    AVX512_CORE_BF16(
            "AVX-512 with Intel DL Boost and bfloat16",
            "avx512",
            "AVX512",
            "-onednn-avx512",
            "avx512f avx512cd avx512bw avx512dq avx512vl avx512_vnni avx512_bf16");

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private final String inOneDnnsWords;
    private final String setting;
    private final String capability;
    private final String build;
    private final String flags;

    InstructionSet(String inOneDnnsWords, String setting, String capability, String build, String flags) {
        this.inOneDnnsWords = inOneDnnsWords;
        this.setting = setting;
        this.capability = capability;
        this.build = build;
        this.flags = flags;
    }

    /** Those that this machine's processor has, the least first; none if that is not to be known. */
    public static List<InstructionSet> ofThisProcessor() {
        if (!Files.isReadable(PROCESSOR)) {
            return List.of();
        }
        try {
            Set<String> words =
                    new HashSet<>(Arrays.asList(Files.readString(PROCESSOR).split("\\s+", -1)));
            return Arrays.stream(values())
                    .filter(set -> words.containsAll(List.of(set.flags.split(" ", -1))))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + PROCESSOR, e);
        }
    }

    /** Those below the best one, which libraries take when nothing holds them: all other tests run with that. */
    public static List<InstructionSet> belowTheBest() {
        List<InstructionSet> all = ofThisProcessor();
        return all.subList(0, Math.max(0, all.size() - 1));
    }

    /** Those that this machine's processor has, each with other single-precision kernels, the least first. */
    public static List<InstructionSet> withKernelsOfTheirOwn() {
        List<InstructionSet> all = ofThisProcessor();
        return all.stream()
                .filter(set -> set != AVX512_CORE || !all.contains(AVX512_CORE_BF16))
                .toList();
    }

    /** The same without those that the best one has. */
    public static List<InstructionSet> withOtherKernels() {
        List<InstructionSet> all = withKernelsOfTheirOwn();
        return all.subList(0, Math.max(0, all.size() - 1));
    }

    /** What holds oneDNN, by its new name and its old one, and PyTorch's own kernels to this set. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("ONEDNN_MAX_CPU_ISA", name());
        environment.put("DNNL_MAX_CPU_ISA", name());
        environment.put("ATEN_CPU_CAPABILITY", setting);
        return environment;
    }

    /** What oneDNN calls it where it says what it uses. */
    public String inOneDnnsWords() {
        return inOneDnnsWords;
    }

    /** What PyTorch calls it. */
    public String capability() {
        return capability;
    }

    /** The extension of ND4J's build for it. */
    public String build() {
        return build;
    }
}
