package convoy.worker.engine.nd4j.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The calls of cuDNN through JavaCPP's own bindings, into libraries that {@code src/test/c/cudnn.c} is compiled to: what descriptors,
 * scalars, algorithms and workspaces arrive there, in which order, and what becomes of errors. It takes a C compiler and the bindings
 * for this platform (in {@code target/cuda}, where the build puts them).
 */
class NativeCudnnTest {
    /** What the bindings are linked with; all but the first are empty here. */
    private static final List<String> LIBRARIES = List.of(
            "libcudart.so.11.0",
            "libcuda.so.1",
            "libcublas.so.11",
            "libcublasLt.so.11",
            "libcudnn.so.8",
            "libcudnn_ops_infer.so.8",
            "libcudnn_ops_train.so.8",
            "libcudnn_cnn_infer.so.8",
            "libcudnn_cnn_train.so.8",
            "libcudnn_adv_infer.so.8",
            "libcudnn_adv_train.so.8");

    @Test
    void callsCudnnAsItsInterfaceSays(@TempDir Path libraries) throws IOException, InterruptedException {
        assumeThat(onPath("cc")).as("a C compiler on the PATH").isTrue();
        Path worker = Path.of(System.getProperty("convoy.root"), "worker");
        Path nothing = Files.writeString(libraries.resolve("nothing.c"), "\n");
        for (String library : LIBRARIES) {
            boolean first = library.equals(LIBRARIES.get(0));
            run(List.of(
                    "cc",
                    "-shared",
                    "-fPIC",
                    "-Wl,-soname," + library,
                    "-o",
                    libraries.resolve(library).toString(),
                    (first ? worker.resolve("src/test/c/cudnn.c") : nothing).toString()));
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + worker.resolve("target/cuda") + "/*",
                NativeCudnnProbe.class.getName()));
        List<String> lines = run(command, libraries);
        assumeThat(lines).as("no real cuDNN on this machine").contains("stand-in: true");
        String computed = "workspaces: OptionalLong[1000] OptionalLong.empty OptionalLong[2000] OptionalLong[500]";
        assertThat(lines)
                .containsExactly(
                        "stand-in: true",
                        computed,
                        "equal: true true true true",
                        computed,
                        "equal: true true true true",
                        computed,
                        "equal: true true true true",
                        "failure: cudnnConvolutionForward answers CUDNN_STATUS_EXECUTION_FAILED (cuDNN 8999)",
                        "failure: Failed to allocate 1099511627776 bytes of workspace for cuDNN: out of memory; make the"
                                + " batch smaller",
                        computed,
                        "equal: true true true true",
                        // The workspace, which stays until the process ends.
                        "left: 0 descriptors, 1 blocks");
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        assertThat(run(command, Path.of("."))).isEmpty();
    }

    private static List<String> run(List<String> command, Path libraries) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        List<String> lines;
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            lines = output.lines().toList();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s", lines).isZero();
        return lines;
    }
}
