package convoy.worker.engine.behaviour;

import convoy.architectures.graph.Network;
import convoy.parameterserver.layout.Segment;
import convoy.worker.data.batch.Batch;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.LabelSmoothing;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.engine.samples.SampleNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;

/**
 * A process in which an engine computes the sample networks, strided points and random convolutions beside plain loops in double precision. It says
 * which one it begins with, since a wrong one may be the last thing that it does.
 */
public final class ConvolutionProbe {
    private static final String MEMORY = "memory is checked: ";
    private static final String BUILD = "build of ND4J: ";
    private static final String WRONG = "wrong: ";
    private static final String ALL = "all tried: ";

    /** A gradient's distance by its norm: what {@link EngineBehaviour} allows. */
    private static final double TOLERANCE = 2e-5;

    private ConvolutionProbe() {}

    /** What a probe said. */
    public record Report(List<String> wrong, int tried, boolean memoryChecked, String build) {
        /** From all that a process printed, libraries too. */
        public static Report of(List<String> lines) {
            return new Report(
                    lines.stream().filter(line -> line.startsWith(WRONG)).toList(),
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
        int tried = 0;
        for (Network network : networks) {
            compare(engine, network, 3, options);
            tried++;
        }
        for (long seed = Long.parseLong(arguments[2]); seed < Long.parseLong(arguments[3]); seed++) {
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
        ExactNetwork exact = new ExactNetwork(network, ExactNetwork.doubles(flat), 0);
        double[] logits = exact.predict(batch);
        exact.train(batch);
        float[] gradient = new float[flat.length];
        float[] again = new float[flat.length];
        MicroBatchKey key = new MicroBatchKey(7, 0, 0);
        try (Engine engine = Engines.find(name, options.device()).compile(network, options)) {
            engine.setParameters(flat);
            require(network, "logits", distance(engine.predict(batch), logits, 0, logits.length), norm(logits));
            engine.gradient(batch, key, gradient);
            engine.gradient(batch, key, again);
        }
        if (!Arrays.equals(gradient, again)) {
            System.out.println(WRONG + network.name() + " has other bits the second time");
        }
        double largest = 0;
        for (Segment segment : NetworkLayout.of(network).segments()) {
            if (segment.role() != Segment.Role.STATISTIC) {
                largest = Math.max(largest, norm(part(exact.gradient, segment)));
            }
        }
        for (Segment segment : NetworkLayout.of(network).segments()) {
            double norm = Math.max(norm(part(exact.gradient, segment)), largest / 100);
            double distance = distance(
                    gradient, exact.gradient, segment.begin(), segment.range().end());
            require(network, segment.name(), distance, norm);
        }
    }

    private static double[] part(double[] all, Segment segment) {
        return Arrays.copyOfRange(all, segment.begin(), segment.range().end());
    }

    /** Not less than: no number is wrong too. */
    private static void require(Network network, String what, double distance, double norm) {
        if (!(distance <= TOLERANCE * norm)) {
            System.out.printf(
                    Locale.ROOT, "%s%s: %s is %.1e off of %.1e%n", WRONG, network.name(), what, distance, norm);
        }
    }

    private static double distance(float[] actual, double[] expected, int begin, int end) {
        double squares = 0;
        for (int i = begin; i < end; i++) {
            squares += Math.pow(actual[i] - expected[i], 2);
        }
        return Math.sqrt(squares);
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }
}
