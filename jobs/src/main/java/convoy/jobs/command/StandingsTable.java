package convoy.jobs.command;

import convoy.architectures.graph.Network;
import convoy.jobs.benchmark.SideBySide.Standing;
import convoy.jobs.output.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who reached how many images a second of which network, as a person reads it and as a program does. */
final class StandingsTable {
    private final TextTable text;
    private final Map<String, Object> json = new LinkedHashMap<>();

    /** @param heading over the networks' names */
    StandingsTable(String heading) {
        this.text = new TextTable()
                .left(heading)
                .right("batch")
                .left("")
                .right("images/s")
                .right("ratio")
                .left("from … to");
    }

    /** @param batch images of a step */
    void add(Network network, int batch, List<Standing> standings) {
        for (Standing standing : standings) {
            text.row(
                    network.name(),
                    Integer.toString(batch),
                    standing.name(),
                    String.format(Locale.ROOT, "%,.2f", standing.imagesPerSecond()),
                    ratio(standing.ratio()),
                    ratio(standing.lowest()) + " … " + ratio(standing.highest()));
        }
        json.put(network.name(), standings.stream().map(StandingsTable::asJson).toList());
    }

    TextTable text() {
        return text;
    }

    Map<String, Object> json() {
        return json;
    }

    private static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private static Map<String, Object> asJson(Standing standing) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", standing.name());
        object.put("images-per-second", standing.imagesPerSecond());
        object.put("ratio", standing.ratio());
        object.put("lowest-ratio", standing.lowest());
        object.put("highest-ratio", standing.highest());
        return object;
    }
}
