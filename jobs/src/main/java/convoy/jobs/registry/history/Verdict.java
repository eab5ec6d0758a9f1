package convoy.jobs.registry.history;

import java.util.List;

/**
 * What a comparison said of a version.
 *
 * @param text in words
 * @param figures that it rests on, in the order in which they are told
 */
public record Verdict(String text, List<Figure> figures) {
    /**
     * A number with a name.
     *
     * @param name what it is of, for instance {@code challenger-accuracy}
     * @param value a finite number
     */
    public record Figure(String name, double value) {
        public Figure {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(name + " = " + value + ": a finite number is wanted");
            }
        }
    }

    public Verdict {
        figures = List.copyOf(figures);
    }
}
