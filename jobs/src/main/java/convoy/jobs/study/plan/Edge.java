package convoy.jobs.study.plan;

import convoy.jobs.study.file.Study;
import convoy.records.CanonicalText;
import convoy.records.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A chosen value on the edge of its space, beyond which a better one may lie.
 *
 * @param variant whose setting it is
 * @param key of the run file
 * @param value that was chosen, as a file has it
 */
public record Edge(String variant, String key, String value) {
    /**
     * {@return the edges that chosen settings lie on, of all variants whose setting is chosen}
     *
     * @param study what was asked
     * @param state how it stands
     */
    public static List<Edge> of(Study study, StudyState state) {
        List<Edge> edges = new ArrayList<>();
        study.tuning().ifPresent(tuning -> {
            List<Map<String, Value>> points = tuning.points();
            for (VariantState variant : state.variants()) {
                Optional<Map<String, Value>> chosen = variant.chosen()
                        .flatMap(member -> member.cell().point())
                        .map(points::get);
                tuning.space().forEach((key, dimension) -> chosen.map(point -> point.get(key))
                        .filter(dimension::isEdge)
                        .ifPresent(
                                value -> edges.add(new Edge(variant.variant(), key, CanonicalText.ofWritten(value)))));
            }
        });
        return edges;
    }

    /** {@return it in a line} */
    public String sentence() {
        return "variant " + variant + ": the chosen " + key + " = " + value
                + " lies on the edge of its space, and a better one may lie beyond; widen tuning.space." + key
                + " in a study of another name";
    }
}
