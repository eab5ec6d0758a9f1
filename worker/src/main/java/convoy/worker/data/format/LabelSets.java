package convoy.worker.data.format;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sets of classes that the pictures of a data set show, where one may show several, or none: a row's label is an index
 * into them.
 *
 * @param classes how many classes there are
 * @param sets which classes each set has, rising; no two are the same
 */
public record LabelSets(int classes, List<List<Integer>> sets) {
    /** They stand in {@code dataset.json}, and every worker holds them. */
    public static final int MOST = 1 << 20;

    public LabelSets {
        sets = sets.stream().map(List::copyOf).toList();
        if (sets.size() > MOST) {
            throw new BadInputException(Refusal.of("label-sets")
                    .because("has " + Counts.plain(sets.size(), "set") + ", at most " + MOST + " are read")
                    .instead("leave out classes that are rare"));
        }
        Set<List<Integer>> seen = new HashSet<>();
        for (List<Integer> set : sets) {
            int before = -1;
            for (int index : set) {
                if (index <= before || index >= classes) {
                    throw new BadInputException(Refusal.of("label-sets", set)
                            .because("is no rising list of indices below " + classes + ", the number of classes")
                            .instead("import again"));
                }
                before = index;
            }
            if (!seen.add(set)) {
                throw new BadInputException(Refusal.of("label-sets", set)
                        .because("stands there twice")
                        .instead("import again"));
            }
        }
    }

    /** {@return how many there are} */
    public int size() {
        return sets.size();
    }

    /**
     * {@return what a picture shows: {@code [classes]}, true for the classes that are there}
     *
     * @param label of its row
     */
    public boolean[] of(int label) {
        boolean[] shown = new boolean[classes];
        for (int index : sets.get(label)) {
            shown[index] = true;
        }
        return shown;
    }
}
