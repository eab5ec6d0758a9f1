package convoy.jobs.benchmark;

import convoy.records.BadInputException;
import convoy.worker.engine.Precision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A GPU as its driver describes it.
 *
 * @param name of its model
 * @param driver release of NVIDIA's driver
 * @param memory with its unit
 * @param capability what NVIDIA numbers its instructions by
 */
public record Card(String name, String driver, String memory, double capability) {
    /** The first release that has CUDA 13. */
    private static final int OLDEST_DRIVER = 580;

    private static final double LEAST_CAPABILITY = 7.5;
    private static final double OF_TF32_AND_BF16 = 8.0;

    /** Models in the order in which they are looked for, and 1e12 operations a second in fp32, tf32 and half types. */
    private static final Map<String, List<Double>> PEAKS = peaks();

    private static Map<String, List<Double>> peaks() {
        Map<String, List<Double>> peaks = new LinkedHashMap<>();
        peaks.put("H100 PCIe", List.of(51.2, 378.0, 756.0));
        peaks.put("H100 NVL", List.of(60.0, 417.5, 835.5));
        peaks.put("H100", List.of(66.9, 494.7, 989.4));
        peaks.put("H200", List.of(66.9, 494.7, 989.4));
        peaks.put("A100", List.of(19.5, 156.0, 312.0));
        return Collections.unmodifiableMap(peaks);
    }

    /**
     * Asks the driver, and refuses what libtorch's build cannot use.
     *
     * @param index of the GPU
     * @param nvidiaSmi the driver's program
     * @return the card
     * @throws BadInputException if there is no driver, no such GPU, or one of the two is too old
     * @throws InterruptedException if the thread is interrupted while the program runs
     */
    public static Card find(int index, String nvidiaSmi) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            nvidiaSmi,
                            "--id=" + index,
                            "--query-gpu=name,driver_version,memory.total,compute_cap",
                            "--format=csv,noheader")
                    .redirectErrorStream(true)
                    .start();
            String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (process.waitFor() != 0) {
                throw new BadInputException("GPU " + index + " is not to be had: nvidia-smi says '" + line
                        + "'; look at what it lists without arguments");
            }
            return parse(line);
        } catch (IOException missing) {
            throw new BadInputException(
                    "there is no " + nvidiaSmi + " on the PATH, so no NVIDIA driver: on a machine with a GPU install"
                            + " release " + OLDEST_DRIVER + " or newer; --device cpu tries the check itself",
                    missing);
        }
    }

    private static Card parse(String line) {
        List<String> fields = List.of(line.split(" *, *", -1));
        if (fields.size() != 4
                || !fields.get(1).matches("\\d+(\\.\\d+)*")
                || !fields.get(3).matches("\\d+\\.\\d+")) {
            throw new BadInputException(
                    "nvidia-smi says '" + line + "' where name, driver, memory and compute capability"
                            + " were asked for; install a driver of release " + OLDEST_DRIVER + " or newer");
        }
        Card card = new Card(fields.get(0), fields.get(1), fields.get(2), Double.parseDouble(fields.get(3)));
        if (Integer.parseInt(card.driver.replaceFirst("\\..*", "")) < OLDEST_DRIVER) {
            throw new BadInputException("the driver is of release " + card.driver + ", and CUDA 13 needs "
                    + OLDEST_DRIVER + " or newer; install that");
        }
        if (card.capability < LEAST_CAPABILITY) {
            throw new BadInputException("the card, " + card.name + ", is of compute capability " + card.capability
                    + ", and libtorch's build begins with " + LEAST_CAPABILITY
                    + "; use engine = nd4j, built with -Pcuda");
        }
        return card;
    }

    /** {@return whether it rounds to tf32 and bf16 itself} */
    public boolean hasTf32AndBf16() {
        return capability >= OF_TF32_AND_BF16;
    }

    /**
     * {@return multiply-adds a second of matrices without zeros left out, as NVIDIA's data sheets state them for cards at full power; empty
     * for other cards}
     *
     * @param precision of the factors
     */
    public OptionalDouble peak(Precision precision) {
        int column =
                switch (precision) {
                    case FP32 -> 0;
                    case TF32 -> 1;
                    case BF16, FP16 -> 2;
                };
        return PEAKS.entrySet().stream()
                .filter(model -> name.contains(model.getKey()))
                .mapToDouble(model -> model.getValue().get(column) * 1e12 / 2)
                .findFirst();
    }

    @Override
    public String toString() {
        return name + ", " + memory + ", compute capability " + capability + ", driver " + driver;
    }
}
