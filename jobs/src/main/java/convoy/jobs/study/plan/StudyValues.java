package convoy.jobs.study.plan;

import convoy.jobs.runfile.Overlay;
import convoy.records.Place;
import convoy.records.Value;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of a run file that the study gives and no file says. */
final class StudyValues {
    private static final Place STUDY = new Place("the study", 0);

    private StudyValues() {}

    static Value word(String text) {
        return new Value.Scalar(text, Value.Scalar.Kind.TEXT, STUDY);
    }

    static Value number(Number number) {
        return new Value.Scalar(number.toString(), Value.Scalar.Kind.NUMBER, STUDY);
    }

    static Value mapping(Map<String, Value> values) {
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        values.forEach((key, value) -> entries.put(key, new Value.Entry(STUDY, value)));
        return new Value.Mapping(entries, STUDY);
    }

    static Overlay.Leaf leaf(String key, Value value) {
        return new Overlay.Leaf(Overlay.path(key), value, STUDY);
    }
}
