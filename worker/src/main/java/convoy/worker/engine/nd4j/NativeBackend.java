package convoy.worker.engine.nd4j;

import convoy.records.BadInputException;
import convoy.worker.engine.EngineOptions;
import convoy.worker.natives.BlasThreads;
import convoy.worker.natives.NativeLibraries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * ND4J's native library in this process: which of its builds is loaded, and how many threads it uses.
 *
 * <p>ND4J is built four times for Linux on x86-64: plain, with oneDNN, and with oneDNN for AVX2 and for AVX-512. The best that the
 * processor can run is chosen before the library is loaded; the system property {@value #EXTENSION_PROPERTY} overrules that.
 */
final class NativeBackend {
    static final String EXTENSION_PROPERTY = "org.bytedeco.javacpp.platform.extension";

    private static final String EXTENSION_KEY = "platform.extension";
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final String AVX512_BUILD = "-onednn-avx512";
    private static final Set<String> AVX512 = Set.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl");
    private static final Set<String> AVX2 = Set.of("avx2", "fma", "bmi1", "bmi2", "f16c");

    /** Whether the build has been chosen, which is before ND4J is loaded. */
    private static boolean chosen;

    private NativeBackend() {}

    /** Loads ND4J if that has not happened, in the build for this processor, and gives it this many threads. */
    static synchronized void prepare(int threads) {
        prepareForReading();
        // ND4J has set BLAS's threads when it was loaded.
        BlasThreads.claim(threads);
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
    }

    /** Loads ND4J if that has not happened, in the build for this processor, and leaves its threads as they are. */
    static synchronized void prepareForReading() {
        NativeLibraries.load(() -> {
            chooseBuild();
            Nd4j.getEnvironment();
        });
    }

    /**
     * Prepares the calling thread to compute: its OpenMP regions, which are oneDNN's, get this many threads; on a GPU, it is bound to
     * that one.
     */
    static void adoptThread(EngineOptions options) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(options.threads());
        if (options.device().gpu().isPresent()) {
            int gpu = options.device().index();
            int gpus = Nd4j.getAffinityManager().getNumberOfDevices();
            if (gpu >= gpus) {
                throw new BadInputException("device = " + options.device() + " is not among the " + gpus
                        + " GPUs that ND4J finds; count from cuda:0");
            }
            Nd4j.getAffinityManager().unsafeSetDevice(gpu);
        }
    }

    /** The build that was chosen, as {@code -onednn-avx512}; empty for the plain one. */
    static String build() {
        return Loader.loadProperties().getProperty(EXTENSION_KEY, "");
    }

    private static void chooseBuild() {
        if (chosen) {
            return;
        }
        chosen = true;
        // Not a system property: JavaCPP may have read those already, for OpenCV, but goes on using this object.
        Properties platform = Loader.loadProperties();
        if (System.getProperty(EXTENSION_PROPERTY) == null
                && Loader.getPlatform().equals("linux-x86_64")) {
            best().ifPresent(build -> platform.setProperty(EXTENSION_KEY, build));
        }
    }

    /** Whether this machine's processor has the instructions of ND4J's build for AVX-512; loads nothing. */
    static boolean hasAvx512() {
        return best().filter(AVX512_BUILD::equals).isPresent();
    }

    /** The extension of the best build for this machine's processor; empty if that is not to be known. */
    private static Optional<String> best() {
        if (!Files.isReadable(PROCESSOR)) {
            return Optional.empty();
        }
        try {
            return Optional.of(extension(Files.readString(PROCESSOR)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + PROCESSOR, e);
        }
    }

    /** The extension of the best build for a processor, from the text of {@code /proc/cpuinfo}. */
    static String extension(String cpuinfo) {
        Optional<String> flags =
                cpuinfo.lines().filter(line -> line.startsWith("flags")).findFirst();
        Set<String> words = new TreeSet<>(Arrays.asList(flags.orElse("").split("\\s+")));
        if (words.containsAll(AVX512)) {
            return AVX512_BUILD;
        }
        return words.containsAll(AVX2) ? "-onednn-avx2" : "-onednn";
    }
}
