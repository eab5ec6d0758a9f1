package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Network;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.behaviour.ExactComparison.Finding;
import convoy.worker.engine.samples.SampleNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Loader;

/**
 * A process in which an engine computes the sample networks, strided points and columns, and random convolutions beside plain loops in double precision. It says
 * which one it begins with, since a wrong one may be the last thing that it does.
 */
public final class ConvolutionProbe {
    private static final String MEMORY = "memory is checked: ";
    private static final String BUILD = "build of ND4J: ";
    private static final String WRONG = "wrong: ";
    private static final String ROUNDED = "off by rounding: ";
    private static final String ALL = "all tried: ";

    /**
     * With dilations, a network that sums up 748 products of 190 in all to a logit of -1.2, and whose loss is 0.0015: single precision can
     * know its gradient to a few parts in 100,000.
     */
    static final long CANCELS = 2_276;

    private ConvolutionProbe() {}

    /**
     * What a probe said.
     *
     * @param wrong tensors that are wrong, and networks that have other bits each time
     * @param rounded tensors that are further off than what needs no explanation, and no further than rounding explains
     * @param tried how many networks
     * @param memoryChecked whether glibc looked at each block of memory
     * @param build the extension of ND4J's build
     */
    public record Report(List<String> wrong, List<String> rounded, int tried, boolean memoryChecked, String build) {
        /** From all that a process printed, libraries too. */
        public static Report of(List<String> lines) {
            return new Report(
                    lines.stream().filter(line -> line.startsWith(WRONG)).toList(),
                    lines.stream().filter(line -> line.startsWith(ROUNDED)).toList(),
                    Integer.parseInt(value(lines, ALL)),
                    Boolean.parseBoolean(value(lines, MEMORY)),
                    value(lines, BUILD));
        }

        private static String value(List<String> lines, String key) {
            return lines.stream()
                    .filter(line -> line.startsWith(key))
                    .findFirst()
                    .orElseThrow()
                    .substring(key.length());
        }
    }

    /** Arguments: the engine's name, threads, the first seed and the one after the last. */
    public static void main(String[] arguments) throws IOException {
        String engine = arguments[0];
        EngineOptions options = new EngineOptions(Device.CPU, Integer.parseInt(arguments[1]), LabelSmoothing.NONE);
        boolean dilated = engine.equals("libtorch");
        List<Network> networks = new ArrayList<>(SampleNetworks.all());
        for (int channels = 1; channels <= 20; channels++) {
            networks.add(SampleNetworks.stridedPoints(channels));
        }
        for (int width = 2; width <= 5; width++) {
            networks.add(SampleNetworks.stridedColumn(width, 2, 1, 0));
            networks.add(SampleNetworks.stridedColumn(width, 3, 2, 0));
            networks.add(SampleNetworks.stridedColumn(width, 3, 2, 1));
        }
        int tried = 0;
        for (Network network : networks) {
            compare(engine, network, 3, options);
            tried++;
        }
        long[] seeds = LongStream.concat(
                        LongStream.of(CANCELS),
                        LongStream.range(Long.parseLong(arguments[2]), Long.parseLong(arguments[3])))
                .toArray();
        for (long seed : seeds) {
            compare(engine, SampleNetworks.randomConvolutions(seed, dilated), 1 + (int) (seed % 5), options);
            tried++;
        }
        System.out.println(MEMORY + Files.readString(Path.of("/proc/self/maps")).contains("libc_malloc_debug"));
        System.out.println(BUILD + Loader.loadProperties().getProperty("platform.extension", ""));
        System.out.println(ALL + tried);
    }

    private static void compare(String name, Network network, int examples, EngineOptions options) {
        System.out.println("begins " + network.name() + ", " + examples + " examples");
        float[] flat = SampleNetworks.weights(network, 1);
        Batch batch = SampleNetworks.batch(network, examples, 2);
        float[] logits;
        float[] gradient = new float[flat.length];
        float[] again = new float[flat.length];
        MicroBatchKey key = new MicroBatchKey(7, 0, 0);
        try (Engine engine = Engines.find(name, options.device()).compile(network, options)) {
            engine.setParameters(flat);
            logits = engine.predict(batch);
            engine.gradient(batch, key, gradient);
            engine.gradient(batch, key, again);
        }
        if (!Arrays.equals(gradient, again)) {
            System.out.println(WRONG + network.name() + " has other bits the second time");
        }
        for (Finding finding : new ExactComparison(network, flat, batch).findings(logits, gradient)) {
            System.out.println((finding.isWrong() ? WRONG : ROUNDED) + network.name() + ": " + finding);
        }
    }
}
