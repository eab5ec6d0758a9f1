package convoy.jobs.reproduce;

import convoy.records.text.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told of models that were to be made again.
 *
 * @param parts the models, the eldest first
 * @param beginning what the eldest began with that no run is known of
 */
record Report(List<Part> parts, Optional<String> beginning) {
    Report {
        parts = List.copyOf(parts);
    }

    /** What is said of all: that of the first model that is not as it was, else of the last one. */
    Outcome outcome() {
        return parts.stream()
                .map(Part::outcome)
                .filter(outcome -> outcome.status() != 0 || outcome == Outcome.STOPPED)
                .findFirst()
                .orElseGet(() -> parts.get(parts.size() - 1).outcome());
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        beginning.ifPresent(lines::add);
        parts.forEach(part -> lines.addAll(lines(part)));
        return lines;
    }

    private static List<String> lines(Part part) {
        List<String> lines = new ArrayList<>();
        lines.add("model: " + part.original().model() + ", SHA-256 "
                + part.original().sha256());
        part.made()
                .ifPresent(made -> lines.add("made:  " + made
                        + part.comparison()
                                .map(both -> ", SHA-256 " + both.sha256())
                                .orElse("")));
        lines.add(
                switch (part.outcome()) {
                    case POSSIBLE -> "can be made again here: what decides its bits is what it was";
                    case EQUAL -> "equal: the same bytes";
                    case SAME_NUMBERS -> "equal: every number has the same bits";
                    case WITHIN_TOLERANCE -> "alike: no number differs by more than was allowed";
                    case STOPPED -> "stopped; the same command goes on";
                    case DIFFERS -> "differs:";
                    case NOT_HERE -> "cannot be made again here:";
                });
        part.differences().forEach(reason -> lines.add("  " + reason));
        part.check().unknown().forEach(unknown -> lines.add("  not known: " + unknown));
        return lines;
    }

    /** For programs. */
    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("outcome", outcome().toString());
        beginning.ifPresent(line -> object.put("beginning", line));
        object.put("models", parts.stream().map(Report::json).toList());
        return object;
    }

    private static Map<String, Object> json(Part part) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", part.original().model());
        object.put("sha256", part.original().sha256());
        object.put("outcome", part.outcome().toString());
        part.made().ifPresent(made -> object.put("made", made));
        part.comparison().ifPresent(both -> {
            object.put("made-sha256", both.sha256());
            both.first().ifPresent(place -> {
                object.put("step", place.step());
                object.put("tensor", place.tensor());
            });
            // JSON has no number for what is infinite.
            object.put("largest-difference", Double.isFinite(both.largest()) ? both.largest() : "infinite");
        });
        object.put("differences", part.differences());
        object.put("not-known", part.check().unknown());
        return object;
    }

    /** In one line what came of it, for whoever is told no more. */
    String told() {
        return parts.stream()
                .filter(part -> part.outcome() == outcome())
                .findFirst()
                .map(part -> outcome() + ": " + part.original().model()
                        + part.differences().stream()
                                .findFirst()
                                .map(first -> "; " + first)
                                .orElse(""))
                .orElse(outcome().toString());
    }

    /** In one line how many there are, where there are several. */
    Optional<String> summary() {
        return parts.size() == 1 ? Optional.empty() : Optional.of(Counts.of(parts.size(), "model") + ": " + outcome());
    }
}
