package convoy.jobs.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run's {@code metrics.jsonl} says of its speed, its first steps left out: they warm up.
 *
 * @param imagesPerSecond of all workers together
 * @param secondsPerStep from one step's end to the next one's, on average
 * @param dataWait share of the workers' time that they waited for data
 * @param pullWait share of the workers' time that they waited for parameters
 */
public record RunFigures(double imagesPerSecond, double secondsPerStep, double dataWait, double pullWait) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads them.
     *
     * @param metrics the text of {@code metrics.jsonl}
     * @param warmUp steps left out
     * @throws IllegalArgumentException if there are fewer than two steps after that
     */
    public static RunFigures of(String metrics, int warmUp) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : metrics.lines().toList()) {
            JsonNode entry = JSON.readTree(line);
            if (entry.path("kind").asText().equals("step") && entry.path("step").asLong() > warmUp) {
                steps.add(entry);
            }
        }
        if (steps.size() < 2) {
            throw new IllegalArgumentException(steps.size() + " steps after the first " + warmUp + ": measure longer");
        }
        Duration took = Duration.between(time(steps.get(0)), time(steps.get(steps.size() - 1)));
        double seconds = took.toNanos() / 1e9;
        long images = 0;
        double dataWait = 0;
        double pullWait = 0;
        int workers = 1;
        for (JsonNode step : steps.subList(1, steps.size())) {
            images += step.path("examples").asLong();
            workers = Math.max(workers, step.path("workers").size());
            for (JsonNode worker : step.path("workers")) {
                dataWait += worker.path("data-wait-ms").asDouble() / 1000;
                pullWait += worker.path("pull-wait-ms").asDouble() / 1000;
            }
        }
        return new RunFigures(
                images / seconds,
                seconds / (steps.size() - 1),
                dataWait / (workers * seconds),
                pullWait / (workers * seconds));
    }

    private static Instant time(JsonNode step) {
        return Instant.parse(step.path("time").asText());
    }
}
