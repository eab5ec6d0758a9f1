package convoy.driver.profile;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Counts;
import convoy.worker.data.content.PixelCounts;
import convoy.worker.data.format.DatasetInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a data set holds, or several together: exact counts, which are the same however many tasks counted.
 *
 * @param channels C: 1 (grey) or 3 (red, green, blue)
 * @param classes in the order of the labels; one that is in no row is there with 0
 * @param sizes how many pictures have 2^s to 2^(s+1) − 1 pixels, {@code [32]}
 */
public record DataProfile(int channels, List<ClassProfile> classes, List<Long> sizes) {
    public DataProfile {
        classes = List.copyOf(classes);
        sizes = List.copyOf(sizes);
        for (ClassProfile one : classes) {
            if (one.channels().size() != channels) {
                throw new BadInputException(Refusal.of("classes")
                        .because(
                                "has " + Counts.plain(one.channels().size(), "channel") + " in class " + one.name()
                                        + ", and channels = " + channels,
                                "channels")
                        .instead("count them again"));
            }
        }
        if (sizes.size() != PixelCounts.SIZES) {
            throw new BadInputException(Refusal.of("sizes")
                    .because("has " + Counts.plain(sizes.size(), "count") + ", not " + PixelCounts.SIZES)
                    .instead("count them again"));
        }
    }

    /**
     * {@return the profile of what was counted}
     *
     * @param info of the data set
     * @param counts as {@link PixelCounts} draws them
     */
    public static DataProfile of(DatasetInfo info, long[] counts) {
        PixelCounts places = PixelCounts.of(info);
        List<ClassProfile> classes = new ArrayList<>();
        for (int label = 0; label < places.classes(); label++) {
            List<List<Long>> channels = new ArrayList<>();
            for (int c = 0; c < places.channels(); c++) {
                channels.add(list(counts, places.values(label, c), PixelCounts.VALUES));
            }
            classes.add(new ClassProfile(info.classes().get(label), counts[places.rows(label)], channels));
        }
        return new DataProfile(places.channels(), classes, list(counts, places.sizes(), PixelCounts.SIZES));
    }

    private static List<Long> list(long[] counts, int from, int length) {
        return Arrays.stream(counts, from, from + length).boxed().toList();
    }

    /** {@return how many rows all classes have} */
    public long rows() {
        return classes.stream().mapToLong(ClassProfile::rows).sum();
    }

    /** {@return the classes by their names} */
    public Map<String, ClassProfile> byName() {
        Map<String, ClassProfile> byName = new LinkedHashMap<>();
        classes.forEach(one -> byName.put(one.name(), one));
        return byName;
    }

    /**
     * {@return the profile of both together} A class is known by its name. Those that only the other one has come last.
     *
     * @param other of as many channels
     * @throws BadInputException if it has another number of channels
     */
    public DataProfile plus(DataProfile other) {
        if (channels != other.channels) {
            throw new BadInputException("pictures of " + Counts.plain(channels, "channel") + " and of " + other.channels
                    + " cannot be counted together: import all data sets alike");
        }
        Map<String, ClassProfile> sum = new LinkedHashMap<>(byName());
        other.classes.forEach(one -> sum.merge(one.name(), one, ClassProfile::plus));
        return new DataProfile(channels, new ArrayList<>(sum.values()), ClassProfile.sum(sizes, other.sizes));
    }

    /**
     * {@return the class of a name, without rows if there is none}
     *
     * @param name of the class
     */
    public ClassProfile of(String name) {
        return byName().getOrDefault(name, ClassProfile.empty(name, channels));
    }
}
