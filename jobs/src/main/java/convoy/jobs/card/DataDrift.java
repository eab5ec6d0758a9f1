package convoy.jobs.card;

import convoy.driver.profile.ClassProfile;
import convoy.driver.profile.DataProfile;
import convoy.jobs.report.chart.Axis;
import convoy.jobs.report.chart.LineChart;
import convoy.jobs.report.chart.PairedBars;
import convoy.jobs.report.chart.Series;
import convoy.jobs.report.page.Block;
import convoy.jobs.report.page.Figures;
import convoy.jobs.report.page.Prose;
import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * New data beside what the champion was trained on, as pictures: how often each class comes, how bright the pixels are, how large the pictures
 * are.
 *
 * @param champion what it was trained on
 * @param fresh what was new, of as many channels
 */
public record DataDrift(DataProfile champion, DataProfile fresh) {
    /** In legends, which have little room. */
    private static final String BEFORE = "champion's";

    private static final String NOW = "new data";
    private static final String BOTH = " in the champion's data and in new data";
    private static final List<String> COLOURS = List.of("red", "green", "blue");

    /** More of them would fill the page. */
    private static final int MOST_CLASSES = 20;

    /** Values of a pixel that are put together, so that a line is seen and not its noise. */
    private static final int GROUP = 8;

    /** What the card shows of it. */
    List<Block> blocks() {
        List<Figures.Figure> figures = new ArrayList<>();
        figures.add(classes());
        for (int channel = 0; channel < fresh.channels(); channel++) {
            figures.add(pixels(channel));
        }
        if (IntStream.range(0, fresh.sizes().size())
                        .filter(size ->
                                champion.sizes().get(size) + fresh.sizes().get(size) > 0)
                        .count()
                > 1) {
            figures.add(sizes());
        }
        return List.of(
                new Prose("The new data, " + Counts.of(fresh.rows(), "row")
                        + ", beside what the champion was trained on, " + Counts.of(champion.rows(), "row") + "."),
                new Figures(figures));
    }

    private Figures.Figure classes() {
        Set<String> names = new LinkedHashSet<>(champion.byName().keySet());
        names.addAll(fresh.byName().keySet());
        List<PairedBars.Row> all = names.stream()
                .map(name -> new PairedBars.Row(name, share(champion, name), share(fresh, name)))
                .toList();
        List<PairedBars.Row> shown = all.size() <= MOST_CLASSES
                ? all
                : all.stream()
                        .sorted(Comparator.comparingDouble(
                                (PairedBars.Row row) -> -Math.abs(row.second() - row.first())))
                        .limit(MOST_CLASSES)
                        .toList();
        return new Figures.Figure(
                "Shares of the classes",
                new PairedBars("Shares of the classes" + BOTH, BEFORE, NOW, shown).svg(),
                shown.size() == all.size()
                        ? "The share of the rows that is of each class."
                        : "The " + MOST_CLASSES + " of " + Counts.plain(all.size(), "class", "classes")
                                + " whose shares of the rows moved most.");
    }

    private static double share(DataProfile profile, String name) {
        return profile.rows() == 0 ? 0 : profile.of(name).rows() / (double) profile.rows();
    }

    private Figures.Figure pixels(int channel) {
        String colour = fresh.channels() == 1 ? "" : ", " + COLOURS.get(channel);
        LineChart chart = new LineChart(
                "Values of pixels" + colour + BOTH,
                Axis.linear("value of a pixel"),
                Axis.fromZero("% of the pixels"),
                List.of(
                        new Series(BEFORE, 0, Series.Look.LINE, points(champion, channel)),
                        new Series(NOW, 1, Series.Look.LINE, points(fresh, channel))),
                List.of());
        return new Figures.Figure(
                "Values of pixels" + colour,
                chart.svg(),
                "Of all classes together; " + GROUP + " neighbouring values are one point.");
    }

    private static List<Series.Point> points(DataProfile profile, int channel) {
        double[] counts =
                new double[profile.classes().get(0).channels().get(channel).size() / GROUP];
        double all = 0;
        for (ClassProfile one : profile.classes()) {
            List<Long> values = one.channels().get(channel);
            for (int value = 0; value < values.size(); value++) {
                counts[value / GROUP] += values.get(value);
                all += values.get(value);
            }
        }
        double total = all;
        return IntStream.range(0, counts.length)
                .mapToObj(at ->
                        new Series.Point(at * GROUP + (GROUP - 1) / 2.0, total > 0 ? 100 * counts[at] / total : 0))
                .toList();
    }

    private Figures.Figure sizes() {
        List<PairedBars.Row> rows = IntStream.range(0, fresh.sizes().size())
                .filter(size -> champion.sizes().get(size) + fresh.sizes().get(size) > 0)
                .mapToObj(size -> new PairedBars.Row(
                        "from " + Counts.of(1L << size, "pixel"),
                        champion.sizes().get(size) / (double) Math.max(1, champion.rows()),
                        fresh.sizes().get(size) / (double) Math.max(1, fresh.rows())))
                .toList();
        return new Figures.Figure(
                "Sizes of the pictures",
                new PairedBars("Sizes of the pictures" + BOTH, BEFORE, NOW, rows).svg(),
                "Each size up to twice as many pixels.");
    }
}
