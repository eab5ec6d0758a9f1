package convoy.jobs.runfile;

import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.yaml.YamlText;
import java.util.List;

/**
 * Lays {@code --set a.b=c} over what a file says, as an {@link Overlay}.
 *
 * <p>The text after the first {@code =} is read as YAML, so {@code 3}, {@code true}, {@code null} and {@code [a, b]} mean what
 * they mean in the file.
 */
final class Overrides {
    private final Problems problems;
    private final Overlay overlay;

    Overrides(Problems problems) {
        this.problems = problems;
        this.overlay = new Overlay(problems);
    }

    Value apply(Value root, List<String> overrides) {
        Value result = root;
        for (String override : overrides) {
            Place place = new Place("--set " + override, 0);
            int equals = override.indexOf('=');
            if (equals <= 0) {
                problems.add(place, "is not key=value; write for instance --set seed=7");
                continue;
            }
            List<String> path = Overlay.path(override.substring(0, equals));
            if (path.stream().anyMatch(String::isEmpty)) {
                problems.add(place, "has an empty key; write for instance --set a.b=7");
                continue;
            }
            int before = problems.count();
            Value value = YamlText.readWord(place.source(), override.substring(equals + 1), problems);
            if (problems.count() == before) {
                result = overlay.lay(result, new Overlay.Leaf(path, value, place));
            }
        }
        return result;
    }
}
