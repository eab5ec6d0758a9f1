package convoy.jobs.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** How much memory this process has, as the driver and the system count it. */
public final class Memory {
    private Memory() {}

    /**
     * {@return bytes in use on a GPU: by this process, or by all where the driver does not tell them apart, as in containers; empty if it
     * does not tell}
     *
     * @param index of the GPU
     * @throws InterruptedException if the thread is interrupted while the driver's program runs
     */
    public static OptionalLong onGpu(int index) throws InterruptedException {
        String own = ProcessHandle.current().pid() + ", ";
        OptionalLong ofProcess = mebibytes(ask(index, "--query-compute-apps=pid,used_memory").stream()
                .filter(line -> line.startsWith(own))
                .map(line -> line.substring(own.length()))
                .toList());
        return ofProcess.isPresent() ? ofProcess : mebibytes(ask(index, "--query-gpu=memory.used"));
    }

    private static OptionalLong mebibytes(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.matches("\\d{1,9}"))
                .mapToLong(line -> Long.parseLong(line) << 20)
                .findFirst();
    }

    private static List<String> ask(int index, String query) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("nvidia-smi", "--id=" + index, query, "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.lines().toList() : List.of();
        } catch (IOException missing) {
            return List.of();
        }
    }

    /** {@return bytes of this process in the machine's memory; empty if the system does not tell} */
    public static OptionalLong resident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.matches("VmRSS:\\s+\\d{1,15} kB"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
