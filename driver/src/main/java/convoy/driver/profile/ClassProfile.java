package convoy.driver.profile;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.worker.data.content.PixelCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What the rows of one class hold.
 *
 * @param name of the class
 * @param rows how many
 * @param channels for each channel how many pixels have each value, {@code [C][256]}
 */
public record ClassProfile(String name, long rows, List<List<Long>> channels) {
    public ClassProfile {
        channels = channels.stream().map(List::copyOf).toList();
        Refusal.requireAtLeast("rows", rows, 0, "count them again");
        for (List<Long> values : channels) {
            if (values.size() != PixelCounts.VALUES) {
                throw new BadInputException(Refusal.of("channels")
                        .because("has " + Counts.plain(values.size(), "count") + " in a channel, not "
                                + PixelCounts.VALUES)
                        .instead("count them again"));
            }
        }
    }

    /**
     * {@return a class without rows}
     *
     * @param name of the class
     * @param channels C
     */
    static ClassProfile empty(String name, int channels) {
        return new ClassProfile(name, 0, Collections.nCopies(channels, Collections.nCopies(PixelCounts.VALUES, 0L)));
    }

    /** The same class over the rows of both. */
    ClassProfile plus(ClassProfile other) {
        List<List<Long>> sums = new ArrayList<>();
        for (int c = 0; c < channels.size(); c++) {
            sums.add(sum(channels.get(c), other.channels.get(c)));
        }
        return new ClassProfile(name, rows + other.rows, sums);
    }

    static List<Long> sum(List<Long> one, List<Long> other) {
        List<Long> sum = new ArrayList<>(one.size());
        for (int i = 0; i < one.size(); i++) {
            sum.add(one.get(i) + other.get(i));
        }
        return List.copyOf(sum);
    }
}
