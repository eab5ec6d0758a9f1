package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.worker.engine.EngineOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Compares contestants that take turns: in every round each runs for a while, beginning with another one each time. What is compared
 * is compared within a round, since a machine changes its pace, and the median of the rounds is told.
 */
public final class SideBySide {
    private static final int FEWEST_WARM_UPS = 2;
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);

    private SideBySide() {}

    /**
     * What one contestant reached.
     *
     * @param name what a table calls it
     * @param imagesPerSecond median of the rounds
     * @param ratio to the better reference in the same round, median; 1 for that one itself
     * @param lowest such ratio
     * @param highest such ratio
     */
    public record Ranked(String name, double imagesPerSecond, double ratio, double lowest, double highest) {}

    /**
     * Runs all of them.
     *
     * @param contestants of which one at least is a reference
     * @param batch images of a step
     * @param rounds 1 or more
     * @param turn how long each runs in a round, one step at least
     */
    static List<Ranked> run(List<Contestant> contestants, int batch, int rounds, Duration turn) {
        CompilerWatch compiler = new CompilerWatch(LONGEST_WARM_UP);
        for (int warmUp = 0; warmUp < FEWEST_WARM_UPS || !compiler.atRest(); warmUp++) {
            contestants.forEach(contestant -> contestant.run(turn));
        }
        return compare(contestants, rounds(contestants, batch, rounds, turn));
    }

    /**
     * {@return images a second of each contestant in each round, without a warm-up: {@code [contestants, rounds]}}
     *
     * @param contestants that take turns
     * @param batch images of a step
     * @param rounds 1 or more
     * @param turn how long each runs in a round, one step at least
     */
    public static List<List<Double>> rounds(List<Contestant> contestants, int batch, int rounds, Duration turn) {
        List<List<Double>> speeds = new ArrayList<>();
        contestants.forEach(any -> speeds.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contestants.size(); i++) {
                int next = (round + i) % contestants.size();
                speeds.get(next).add(batch * contestants.get(next).run(turn).perSecond());
            }
        }
        return speeds;
    }

    /** @param speeds of each contestant in each round */
    static List<Ranked> compare(List<Contestant> contestants, List<List<Double>> speeds) {
        List<Double> reference = IntStream.range(0, contestants.size())
                .filter(i -> contestants.get(i).isReference())
                .mapToObj(speeds::get)
                .max(Comparator.comparingDouble(SideBySide::median))
                .orElseThrow(() -> new IllegalArgumentException("nothing to compare with"));
        return IntStream.range(0, contestants.size())
                .mapToObj(i -> ranked(contestants.get(i).name(), speeds.get(i), reference))
                .toList();
    }

    /**
     * Runs engines of Convoy beside PyTorch, with images in memory in either of its two orders; on a GPU also with the whole step
     * captured.
     *
     * @param engines names
     * @param python a program that has PyTorch
     * @param network that is trained
     * @param options of the engines
     * @param batch images of a step
     * @param rounds 1 or more
     * @param turn how long each runs in a round, one step at least
     * @return the engines in the order of their names given, then PyTorch
     * @throws convoy.records.BadInputException if one of them cannot compute so here
     */
    public static List<Ranked> withPyTorch(
            List<String> engines,
            String python,
            Network network,
            EngineOptions options,
            int batch,
            int rounds,
            Duration turn) {
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (String engine : engines) {
                contestants.add(new EngineContestant(engine, network, options, batch));
            }
            List<PyTorch.Mode> modes = new ArrayList<>(List.of(PyTorch.Mode.CHANNELS_LAST, PyTorch.Mode.CONTIGUOUS));
            if (options.device().gpu().isPresent()) {
                modes.add(PyTorch.Mode.CUDA_GRAPH);
            }
            for (PyTorch.Mode mode : modes) {
                contestants.add(PyTorch.alone(python, mode, network, options, batch));
            }
            return run(contestants, batch, rounds, turn);
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    private static Ranked ranked(String name, List<Double> speeds, List<Double> reference) {
        List<Double> ratios = IntStream.range(0, speeds.size())
                .mapToObj(round -> speeds.get(round) / reference.get(round))
                .sorted()
                .toList();
        return new Ranked(name, median(speeds), median(ratios), ratios.get(0), ratios.get(ratios.size() - 1));
    }

    private static double median(List<Double> values) {
        return RunMetrics.median(values, value -> value);
    }
}
