package convoy.records;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with an input, so that one answer names all of it. */
public final class Problems {
    private record Problem(Place place, String message) {}

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> passedOver = new ArrayList<>();

    /**
     * One more, in one line.
     *
     * @param place where it stands in the input
     * @param message what is wrong, in one line
     */
    public void add(Place place, String message) {
        problems.add(new Problem(place, message));
    }

    /** A key that is none here and does no harm. */
    void passOver(String key) {
        passedOver.add(key);
    }

    /** {@return the dotted keys that were none here and were passed over, in the order of the text; they are no problems} */
    public List<String> passedOver() {
        return List.copyOf(passedOver);
    }

    /** {@return how many there are so far} */
    public int count() {
        return problems.size();
    }

    /**
     * Returns if there is none.
     *
     * @throws BadInputException that lists every problem in the order of the lines
     */
    public void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        throw new BadInputException(problems.stream()
                .sorted(Comparator.comparingInt(problem -> problem.place().line()))
                .map(problem -> problem.place() + ": " + problem.message())
                .toList());
    }
}
