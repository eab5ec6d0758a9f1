package convoy.jobs.report.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A course of steps in so few stretches that a chart has one for each of its columns of points. Nothing is left out: a stretch knows
 * the least and the largest of its steps. How many steps there will be is not known before, so that two stretches become one
 * whenever there are too many, and memory stays the same however long the run is.
 */
final class Stretches {
    private final int most;
    private long width = 1;
    private List<Stretch> stretches = new ArrayList<>();

    /** @param most stretches there may be; from half of them to all of them there are, of a run that is long enough */
    Stretches(int most) {
        this.most = most;
    }

    void add(long step, double epoch, double seconds, Map<Measure, Double> values) {
        Optional<Stretch> last =
                stretches.isEmpty() ? Optional.empty() : Optional.of(stretches.get(stretches.size() - 1));
        Stretch stretch = last.filter(open -> place(open.first()) == place(step))
                .orElseGet(() -> {
                    Stretch begun = new Stretch(step);
                    stretches.add(begun);
                    return begun;
                });
        stretch.add(step, epoch, seconds, values);
        while (stretches.size() > most) {
            width *= 2;
            halve();
        }
    }

    private long place(long step) {
        return (step - 1) / width;
    }

    private void halve() {
        List<Stretch> wider = new ArrayList<>();
        for (Stretch stretch : stretches) {
            Stretch before = wider.isEmpty() ? stretch : wider.get(wider.size() - 1);
            if (before != stretch && place(before.first()) == place(stretch.first())) {
                before.add(stretch);
            } else {
                wider.add(stretch);
            }
        }
        stretches = wider;
    }

    /** In their order. */
    List<Stretch> all() {
        return List.copyOf(stretches);
    }

    /** Steps of a stretch. */
    long width() {
        return width;
    }
}
