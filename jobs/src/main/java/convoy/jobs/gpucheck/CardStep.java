package convoy.jobs.gpucheck;

import convoy.driver.spark.GpuMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Whether the engine finds card and libraries, and which ones were loaded. */
record CardStep(Subject subject) implements Step {
    private static final String LIBRARIES = ".*/lib(torch|cudnn|cublas|cudart|c10|nvrtc|openblas)[^/]*\\.so[.\\d]*";

    @Override
    public String name() {
        return "card";
    }

    @Override
    public Duration estimate() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Rows rows) throws InterruptedException {
        rows.attempt("engines", Duration.ZERO, () -> {
            long begin = System.nanoTime();
            subject.require();
            double seconds = (System.nanoTime() - begin) / 1e9;
            rows.tell(
                    Rows.text("engines", "", "libtorch on %s, %s; found in %.1f s", subject.device(), subject, seconds),
                    "row",
                    "engines",
                    "seconds",
                    seconds);
        });
        rows.attempt("libraries", Duration.ZERO, () -> {
            List<String> loaded = loaded();
            rows.tell(
                    Rows.text("libraries", "", "%d loaded: %s", loaded.size(), String.join(", ", names(loaded))),
                    "row",
                    "libraries",
                    "files",
                    loaded);
        });
        if (subject.gpu()) {
            OptionalLong used = GpuMemory.used(subject.device().index());
            rows.tell(
                    Rows.text("memory in use", "", "%s", Rows.mebibytes(used)),
                    "row",
                    "memory",
                    "bytes",
                    used.orElse(-1));
        }
    }

    private static List<String> names(List<String> files) {
        return files.stream()
                .map(file -> String.valueOf(Path.of(file).getFileName()))
                .filter(name -> name.matches("lib(torch_c.*|cudnn|cublas|cudart.*|openblas.*)\\.so.*"))
                .toList();
    }

    /** Files of libraries in this process. */
    private static List<String> loaded() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.map(line -> line.replaceFirst("^[^/]*", ""))
                    .filter(file -> file.matches(LIBRARIES))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException notLinux) {
            return List.of();
        }
    }
}
