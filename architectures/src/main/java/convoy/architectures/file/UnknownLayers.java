package convoy.architectures.file;

import convoy.records.Place;
import convoy.records.Problems;
import convoy.records.text.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers that were named before they were there, or that never are: which of both it is, is known in the end. */
final class UnknownLayers {
    /** So many names are looked at for what a wrong one may have meant. */
    private static final int MOST_COMPARED = 500;

    private static final int LONGEST_COMPARED = 80;
    private static final int MOST_LISTED = 30;

    private record Unknown(Place place, String reader, String name, LayerNames from) {}

    private final Problems problems;
    private final List<Unknown> unknown = new ArrayList<>();

    UnknownLayers(Problems problems) {
        this.problems = problems;
    }

    void add(Place place, String reader, String name, LayerNames from) {
        unknown.add(new Unknown(place, reader, name, from));
    }

    void tell(LayerNames network) {
        for (Unknown each : unknown) {
            boolean comesLater = network.node(each.name()).isPresent()
                    || each.from().node(each.name()).isPresent();
            problems.add(
                    each.place(),
                    each.reader() + " reads " + each.name()
                            + (comesLater
                                    ? ", which stands after it: a network has no circles, so put it behind what it reads"
                                    : ", which is no layer here"
                                            + near(each.name(), each.from().known())));
        }
    }

    /** What a name may have meant, or else what there is. */
    static String near(String name, List<String> known) {
        List<String> compared = known.stream()
                .filter(other -> Math.abs(other.length() - name.length()) <= 8 && other.length() <= LONGEST_COMPARED)
                .limit(MOST_COMPARED)
                .toList();
        Optional<String> nearest = name.length() > LONGEST_COMPARED ? Optional.empty() : Names.nearest(name, compared);
        return nearest.map(meant -> "; did you mean " + meant + "?")
                .orElseGet(() -> known.isEmpty()
                        ? ""
                        : "; there are "
                                + String.join(
                                        ", ", known.stream().limit(MOST_LISTED).toList())
                                + (known.size() > MOST_LISTED ? ", …" : ""));
    }
}
