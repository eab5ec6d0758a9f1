package convoy.worker.engine.behaviour;

import convoy.architectures.Catalogue;
import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.MicroBatchKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A table of one training step of every network of the catalogue, or of those that are named, at its own input size: what the
 * engine's forward and backward take on one thread (the fastest of some steps), and the most memory that their process held. Each is measured in a process of
 * its own. For Linux; run it from the tests' class path.
 */
final class StepTable {
    private static final String ALONE = "--alone";
    /** Activations of an image, in floats of convolutions and dense layers, up to which a step has four images, or two, and not one. */
    private static final long SMALL = 16_000_000;

    private static final long LARGE = 60_000_000;

    private static final int LEAST_STEPS = 3;
    /** Steps of small networks must be repeated until the JIT compiler is done with their loops. */
    private static final long LEAST_NANOSECONDS = 4_000_000_000L;

    private StepTable() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2 && arguments[0].equals(ALONE)) {
            measure(arguments[1]);
            return;
        }
        List<String> names = arguments.length > 0
                ? List.of(arguments)
                : Catalogue.all().stream().map(Entry::name).toList();
        System.out.println("| network | input | batch | seconds a step | images a second | peak memory, MiB |");
        System.out.println("|---|---|---|---|---|---|");
        for (String name : names) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx4g",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    StepTable.class.getName(),
                    ALONE,
                    name));
            int status = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status != 0) {
                System.out.printf("| %s | | | failed with status %d | | |%n", name, status);
            }
        }
    }

    private static void measure(String name) throws IOException {
        Network network = Catalogue.build(name, NetworkArguments.defaults());
        int examples = network.activations() <= SMALL ? 4 : network.activations() <= LARGE ? 2 : 1;
        Random random = new Random(1);
        float[] images = new float[examples * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(examples, 0, network.classes()).toArray();
        float[] flat = network.initialize(1);
        float[] gradient = new float[flat.length];
        double best = Double.POSITIVE_INFINITY;
        try (Engine engine = Engines.find("nd4j", Device.CPU).compile(network, EngineOptions.cpu())) {
            engine.setParameters(flat);
            long start = System.nanoTime();
            for (int step = 0; step < LEAST_STEPS || System.nanoTime() - start < LEAST_NANOSECONDS; step++) {
                long begin = System.nanoTime();
                engine.gradient(new Batch(examples, images, labels), new MicroBatchKey(1, step, 0), gradient);
                best = Math.min(best, (System.nanoTime() - begin) / 1e9);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %.3f | %.1f | %,d |%n",
                name,
                network.input(),
                examples,
                best,
                examples / best,
                peakMebibytes());
    }

    private static long peakMebibytes() throws IOException {
        return Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
