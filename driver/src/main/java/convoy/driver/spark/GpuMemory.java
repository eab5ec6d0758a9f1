package convoy.driver.spark;

import convoy.driver.membership.Memory;
import convoy.parameterserver.time.Clock;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * The memory of GPUs, as their driver's program {@code nvidia-smi} counts it. For one thread.
 *
 * <p>What a process has is asked for, and what all have where the driver does not tell processes apart, as in containers: then an executor
 * that shares its GPU with another counts the other's too, which lets in fewer workers and never more.
 */
public final class GpuMemory {
    private static final String PROGRAM = "nvidia-smi";
    private static final Duration BETWEEN = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final String program;
    private final List<String> gpus;
    private final Clock clock;
    private List<Memory> newest = List.of();
    private long asked;
    private boolean ever;

    /**
     * Of an executor.
     *
     * @param program {@code nvidia-smi}, or what stands for it
     * @param gpus that Spark gave it, as the program counts them; none: nothing is asked
     * @param clock by which it is asked only now and then, as each call starts a process
     */
    GpuMemory(String program, List<String> gpus, Clock clock) {
        this.program = program;
        this.gpus = List.copyOf(gpus);
        this.clock = clock;
    }

    /**
     * Of an executor.
     *
     * @param gpus that Spark gave it
     * @param clock by which it is asked only now and then
     */
    static GpuMemory of(List<String> gpus, Clock clock) {
        return new GpuMemory(PROGRAM, gpus, clock);
    }

    /** What they have, on a host; what was known before where the program does not tell. */
    List<Memory> here(String host) throws InterruptedException {
        long now = clock.nanoTime();
        if (!gpus.isEmpty() && (!ever || now - asked > BETWEEN.toNanos())) {
            ever = true;
            asked = now;
            List<Memory> memory = new ArrayList<>();
            Map<String, Long> limits = figures(ask("--query-gpu=index,memory.total"));
            for (String gpu : gpus) {
                OptionalLong used = used(program, gpu);
                if (used.isPresent() && limits.containsKey(gpu)) {
                    long bytes = used.getAsLong();
                    memory.add(new Memory(Memory.Kind.GPU, host + " GPU " + gpu, bytes, bytes, limits.get(gpu)));
                }
            }
            newest = memory.isEmpty() ? newest : memory;
        }
        return newest;
    }

    /**
     * {@return bytes in use on a GPU: by this process, or by all where the driver does not tell them apart; empty if it does not tell}
     *
     * @param gpu its index
     * @throws InterruptedException if the thread is interrupted while the driver's program runs
     */
    public static OptionalLong used(int gpu) throws InterruptedException {
        return used(PROGRAM, Integer.toString(gpu));
    }

    private static OptionalLong used(String program, String gpu) throws InterruptedException {
        String own = Long.toString(ProcessHandle.current().pid());
        Map<String, Long> ofProcesses = figures(ask(program, "--id=" + gpu, "--query-compute-apps=pid,used_memory"));
        if (ofProcesses.containsKey(own)) {
            return OptionalLong.of(ofProcesses.get(own));
        }
        Map<String, Long> ofAll = figures(ask(program, "--id=" + gpu, "--query-gpu=index,memory.used"));
        return ofAll.containsKey(gpu) ? OptionalLong.of(ofAll.get(gpu)) : OptionalLong.empty();
    }

    private List<String> ask(String query) throws InterruptedException {
        return ask(program, query);
    }

    /** By the first column, the second one's mebibytes in bytes. */
    private static Map<String, Long> figures(List<String> lines) {
        Map<String, Long> figures = new HashMap<>();
        for (String line : lines) {
            int comma = line.indexOf(',');
            String figure = line.substring(comma + 1).strip();
            if (comma > 0 && figure.matches("\\d{1,9}")) {
                figures.put(line.substring(0, comma).strip(), Long.parseLong(figure) << 20);
            }
        }
        return figures;
    }

    private static List<String> ask(String program, String... words) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(words));
        command.add("--format=csv,noheader,nounits");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            // Its few lines fit into the pipe. One that hangs, as with a card that is lost, is not waited for.
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? said.lines().toList() : List.of();
        } catch (IOException missing) {
            return List.of();
        }
    }
}
