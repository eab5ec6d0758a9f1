package convoy.worker.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.engine.behaviour.ConvolutionProbe;
import convoy.worker.engine.process.ChildJvm;
import convoy.worker.engine.process.ChildTests;
import convoy.worker.engine.process.InstructionSet;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeBackendTest {

    @ParameterizedTest
    @CsvSource({
        "fma avx2 bmi1 bmi2 f16c avx512f avx512cd avx512bw avx512dq avx512vl sse, -onednn-avx512",
        "fma avx2 bmi1 bmi2 f16c avx512f avx512cd sse, -onednn-avx2",
        "fma avx bmi1 sse, -onednn"
    })
    void theBuildIsTheBestThatTheProcessorRuns(String flags, String build) {
        assertThat(NativeBackend.extension("processor\t: 0\nflags\t\t: " + flags + "\nbugs\t: none\n"))
                .isEqualTo(build);
        assertThat(NativeBackend.extension("model name : none of x86")).isEqualTo("-onednn");
    }

    /**
     * In a process whose oneDNN reports each primitive it runs: forward and both backward convolutions are there, none by its
     * reference implementation, and with ND4J's helpers switched off the same gradient takes much longer.
     */
    @Test
    void oneDnnReallyComputesTheConvolutions() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                OneDnnProbe.class.getName());
        builder.environment().put("DNNL_VERBOSE", "1");
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        List<String> lines;
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            lines = output.lines().toList();
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Set<String> convolutions = new TreeSet<>();
        for (String line : lines) {
            String[] words = line.split(",", -1);
            if (line.startsWith("dnnl_verbose,exec") && words[3].equals("convolution")) {
                convolutions.add(words[4] + " " + words[5]);
            }
        }
        System.out.println("oneDNN's convolutions here: " + convolutions);
        assertThat(convolutions)
                .anyMatch(line -> line.contains("forward"))
                .anyMatch(line -> line.contains("backward_data"))
                .anyMatch(line -> line.contains("backward_weights"))
                .noneMatch(line -> line.startsWith("ref"));
        String[] probe = lines.stream()
                .filter(line -> line.startsWith("probe,"))
                .findFirst()
                .orElseThrow()
                .split(",", -1);
        double ratio = Double.parseDouble(probe[3]) / Double.parseDouble(probe[2]);
        System.out.printf("a gradient with ND4J%s takes %s s, without oneDNN %s s%n", probe[1], probe[2], probe[3]);
        assertThat(ratio).isGreaterThan(1.3);
        assertThat(probe[4])
                .as("JavaCPP's limit of the process's size, 0 for none")
                .isEqualTo("0");
    }

    /** Each in a process of its own, which says which one it has. */
    @Test
    void everyBuildThatTheProcessorRunsComputesRight() throws IOException, InterruptedException {
        for (InstructionSet set : InstructionSet.ofThisProcessor()) {
            Map<String, String> environment = new HashMap<>(set.environment());
            environment.put("OMP_NUM_THREADS", "1");
            List<String> lines = ChildJvm.run(
                    ConvolutionProbe.class,
                    environment,
                    List.of("-D" + NativeBackend.EXTENSION_PROPERTY + "=" + set.build()),
                    List.of("nd4j", "1", "0", "10"),
                    120);
            ConvolutionProbe.Report report = ConvolutionProbe.Report.of(lines);
            System.out.printf(
                    "ND4J%s: %d networks, %d wrong%n",
                    report.build(), report.tried(), report.wrong().size());
            assertThat(report.build()).isEqualTo(set.build());
            assertThat(report.wrong()).as("with ND4J%s", set.build()).isEmpty();
        }
    }

    @Test
    void theEngineBehavesWithEveryBuild() throws IOException, InterruptedException {
        behave("gradientsStatistics|aFrozenPart|aMicroBatchOfAnotherSize|hintsChange|dropoutIsTheDocumented");
    }

    @Test
    @LongTest
    void theWholeEngineBehavesWithEveryBuild() throws IOException, InterruptedException {
        behave("");
    }

    private static void behave(String methods) throws IOException, InterruptedException {
        for (InstructionSet set : InstructionSet.belowTheBest()) {
            ChildTests.Counts counts = ChildTests.require(
                    Nd4jEngineTest.class.getName(),
                    methods,
                    set.environment(),
                    List.of("-D" + NativeBackend.EXTENSION_PROPERTY + "=" + set.build()),
                    1_200);
            System.out.printf("Nd4jEngineTest with ND4J%s, %s: %s%n", set.build(), set, counts);
            assertThat(counts.succeeded()).isPositive();
        }
    }

    @Test
    void openCvLoadsBesideIt() {
        NativeBackend.prepare(1);
        assertThat(NativeBackend.build()).startsWith("-onednn");
        assertThat(Loader.load(opencv_core.class)).doesNotContain("onednn");
        try (Mat image = new Mat(4, 5, opencv_core.CV_8UC3)) {
            assertThat(image.cols()).isEqualTo(5);
        }
    }
}
