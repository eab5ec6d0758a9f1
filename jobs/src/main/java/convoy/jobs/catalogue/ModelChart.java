package convoy.jobs.catalogue;

import convoy.architectures.families.Entry;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.BubbleChart;
import convoy.jobs.report.chart.BubbleChart.Bubble;
import convoy.jobs.report.run.RunData;
import convoy.jobs.report.run.Scored;
import convoy.records.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Networks by what they cost: multiply-adds, parameters, and where runs have shown it the accuracy. */
public final class ModelChart {
    private static final String COST = "multiply-adds of one image";

    private ModelChart() {}

    /**
     * {@return networks by multiply-adds and parameters, those of one family in one colour, as an SVG document}
     *
     * @param entries of the catalogue, each with the input that it is made for
     */
    public static String ofCosts(List<Entry> entries) {
        Map<String, Integer> colours = new LinkedHashMap<>();
        List<Bubble> bubbles = new ArrayList<>();
        for (Entry entry : entries) {
            Network network = entry.build(NetworkArguments.defaults()).inference();
            int colour = colours.computeIfAbsent(entry.family(), family -> colours.size());
            long parameters = network.parameterCount();
            bubbles.add(new Bubble(
                    entry.name(),
                    hint(entry.name(), entry.input().toString(), parameters, network.multiplyAdds(), Optional.empty()),
                    colour,
                    new BubbleChart.Spot(network.multiplyAdds(), parameters, parameters)));
        }
        return new BubbleChart(
                        "The networks of the catalogue, each with the input that it is made for",
                        "Area: parameters, without auxiliary heads. Colour: family.",
                        Axis.logarithmic(COST),
                        Axis.logarithmic("parameters"),
                        bubbles)
                .svg();
    }

    /**
     * {@return runs by multiply-adds and the best accuracy on held-out rows, as an SVG document}
     *
     * @param runs of one data set
     * @throws BadInputException if one has no accuracy, or they are of several data sets
     */
    public static String ofRuns(List<RunData> runs) {
        List<Bubble> bubbles = new ArrayList<>();
        RunData first = runs.get(0);
        for (RunData run : runs) {
            if (!data(run).equals(data(first))) {
                throw new BadInputException("data.train of " + run.name() + " is " + data(run) + ", of " + first.name()
                        + " " + data(first) + ": accuracies on different data are no comparison; give runs of one");
            }
        }
        for (RunData run : runs) {
            double accuracy = run.log().scored().stream()
                    .mapToDouble(Scored::accuracy)
                    .filter(Double::isFinite)
                    .max()
                    .orElseThrow(
                            () -> new BadInputException(
                                    "run " + run.name()
                                            + " has no accuracy: no held-out rows were scored; give data.validation, or leave the run out"));
            RunData.NetworkFacts network = run.trained()
                    .network()
                    .orElseThrow(() -> new BadInputException(
                            "run " + run.name() + " has no checkpoint yet: train it further, or leave it out"));
            bubbles.add(new Bubble(
                    run.name(),
                    hint(
                            network.name(),
                            network.input(),
                            network.parameters(),
                            network.multiplyAdds(),
                            Optional.of(accuracy)),
                    bubbles.size(),
                    new BubbleChart.Spot(network.multiplyAdds(), 100 * accuracy, network.parameters())));
        }
        return new BubbleChart(
                        "Runs on " + data(first),
                        "Area: parameters. Accuracy: the best on held-out rows.",
                        Axis.logarithmic(COST),
                        Axis.linear("accuracy (%)"),
                        bubbles)
                .svg();
    }

    private static String data(RunData run) {
        return run.settings().getOrDefault("data.train", "an unknown data set");
    }

    private static String hint(
            String name, String input, long parameters, long multiplyAdds, Optional<Double> accuracy) {
        return String.format(
                        Locale.ROOT,
                        "%s at %s: %.2f million parameters, %.3f billion multiply-adds",
                        name,
                        input,
                        parameters / 1e6,
                        multiplyAdds / 1e9)
                + accuracy.map(share -> String.format(Locale.ROOT, ", %.2f %%", 100 * share))
                        .orElse("");
    }
}
