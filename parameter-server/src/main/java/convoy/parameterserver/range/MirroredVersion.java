package convoy.parameterserver.range;

import convoy.parameterserver.layout.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * What a server has in its memory of one version of a run.
 *
 * @param version which
 * @param partitions stretches of partitions, in order
 */
public record MirroredVersion(long version, List<KeyRange> partitions) {
    /** Copies the list. */
    public MirroredVersion {
        partitions = List.copyOf(partitions);
    }

    /**
     * A version of which every partition is in some server's memory.
     *
     * @param version which
     * @param source where its partitions are
     */
    public record Whole(long version, ValueSource.Mirrored source) {}

    /**
     * {@return the newest version that is whole}
     *
     * @param partitions how many a layout has
     * @param there what each server has
     * @param usable whether a version may be gone on from
     */
    public static Optional<Whole> newest(
            int partitions, Map<ServerAddress, List<MirroredVersion>> there, LongPredicate usable) {
        TreeSet<Long> versions = new TreeSet<>(Comparator.reverseOrder());
        there.values().forEach(of -> of.forEach(one -> versions.add(one.version())));
        return versions.stream()
                .filter(usable::test)
                .flatMap(version -> whole(version, partitions, there).stream())
                .findFirst();
    }

    private static Optional<Whole> whole(
            long version, int partitions, Map<ServerAddress, List<MirroredVersion>> there) {
        List<MirrorPlace> all = new ArrayList<>();
        there.forEach((address, of) -> of.stream()
                .filter(one -> one.version() == version)
                .forEach(one -> one.partitions().forEach(stretch -> all.add(new MirrorPlace(address, stretch)))));
        all.sort(Comparator.comparingInt(
                        (MirrorPlace place) -> place.partitions().begin())
                .thenComparing(place -> place.address().toString()));
        List<MirrorPlace> places = new ArrayList<>();
        int next = 0;
        for (MirrorPlace place : all) {
            if (place.partitions().begin() > next) {
                return Optional.empty();
            }
            if (place.partitions().end() > next) {
                places.add(new MirrorPlace(
                        place.address(), new KeyRange(next, place.partitions().end())));
                next = place.partitions().end();
            }
        }
        return next == partitions
                ? Optional.of(new Whole(version, new ValueSource.Mirrored(places)))
                : Optional.empty();
    }
}
