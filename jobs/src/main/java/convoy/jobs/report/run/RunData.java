package convoy.jobs.report.run;

import convoy.driver.evaluation.Confusion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a report says of a run.
 *
 * @param name that tells it from the others
 * @param place where it lies
 * @param log its figures
 * @param settings keys of its run file and their values, in the order of the file; empty if it cannot be read
 * @param trained what is known from its newest checkpoint
 * @param scores by class, of the newest evaluation that was kept
 */
public record RunData(
        String name, Place place, RunLog log, Map<String, String> settings, Trained trained, List<Confusion> scores) {
    /**
     * Where a run lies.
     *
     * @param address that commands take
     * @param hasModel whether it is trained to its end
     * @param hasMetrics whether it has begun
     */
    record Place(String address, boolean hasModel, boolean hasMetrics) {}

    /**
     * What a checkpoint says.
     *
     * @param determinants everything that decides the bits, by key; empty without a checkpoint
     * @param network what was trained; empty where nothing says it
     * @param filters of its first layer
     * @param missing why something of that is not there: a sentence for each
     */
    public record Trained(
            Map<String, String> determinants,
            Optional<NetworkFacts> network,
            Optional<Filters> filters,
            List<String> missing) {
        public Trained {
            missing = List.copyOf(missing);
        }
    }

    /**
     * What was trained.
     *
     * @param name of the network
     * @param input as {@code 3x32x32}
     * @param classes how many it tells apart
     * @param parameters that are trained or could be, auxiliary heads included
     * @param multiplyAdds of one image, without auxiliary heads
     * @param fingerprint of what it computes
     */
    public record NetworkFacts(
            String name, String input, int classes, long parameters, long multiplyAdds, String fingerprint) {}

    public RunData {
        scores = List.copyOf(scores);
    }

    /** {@return the name of its directory} */
    public String directory() {
        String address = place.address();
        return address.substring(address.lastIndexOf('/') + 1);
    }

    RunData named(String other) {
        return new RunData(other, place, log, settings, trained, scores);
    }
}
