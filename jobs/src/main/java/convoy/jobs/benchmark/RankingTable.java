package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.SideBySide.Ranked;
import convoy.jobs.output.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who reached how many images a second of which network, as a person reads it and as a program does. */
public final class RankingTable {
    private final TextTable text;
    private final Map<String, Object> json = new LinkedHashMap<>();

    /**
     * An empty one.
     *
     * @param heading over the networks' names
     */
    public RankingTable(String heading) {
        this.text = new TextTable()
                .left(heading)
                .right("batch")
                .left("")
                .right("images/s")
                .right("ratio")
                .left("from … to");
    }

    /**
     * Adds a network.
     *
     * @param network that was trained
     * @param batch images of a step
     * @param ranking of {@link SideBySide}
     */
    public void add(Network network, int batch, List<Ranked> ranking) {
        for (Ranked ranked : ranking) {
            text.row(
                    network.name(),
                    Integer.toString(batch),
                    ranked.name(),
                    String.format(Locale.ROOT, "%,.2f", ranked.imagesPerSecond()),
                    ratio(ranked.ratio()),
                    ratio(ranked.lowest()) + " … " + ratio(ranked.highest()));
        }
        json.put(network.name(), ranking.stream().map(RankingTable::asJson).toList());
    }

    /** {@return a table for a person} */
    public TextTable text() {
        return text;
    }

    /** {@return the same for a program: by network} */
    public Map<String, Object> json() {
        return json;
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static Map<String, Object> asJson(Ranked ranked) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", ranked.name());
        object.put("images-per-second", ranked.imagesPerSecond());
        object.put("ratio", ranked.ratio());
        object.put("lowest-ratio", ranked.lowest());
        object.put("highest-ratio", ranked.highest());
        return object;
    }
}
