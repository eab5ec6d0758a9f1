package convoy.driver.coordination;

import convoy.records.text.Counts;
import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who takes part, by number. Guarded by the coordinator. */
final class Members {
    /** So that it is given one micro-batch and no more, whatever the others have. */
    private static final double FOR_EVER = Double.POSITIVE_INFINITY;

    private final Map<Long, Member> members = new HashMap<>();
    private final Map<Integer, Newest> newest = new HashMap<>();
    private long last;

    /** The newest attempt of a task that has joined. */
    private record Newest(int attempt, long id) {}

    /**
     * The number of an attempt that has joined before; nobody's of one that another has followed. Messages of a lost executor may arrive
     * long after it, and those of an attempt twice.
     *
     * @return empty: it is a new one
     */
    OptionalLong known(int task, int attempt) {
        Newest known = newest.get(task);
        if (known == null || attempt > known.attempt()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(attempt == known.attempt() ? known.id() : refuse());
    }

    /** Takes in a new attempt of a task in the place of any other; returns its number. */
    long add(Member member, int attempt) {
        members.values().removeIf(other -> other.task() == member.task());
        members.put(++last, member);
        newest.put(member.task(), new Newest(attempt, last));
        return last;
    }

    /** A number of nobody's. */
    long refuse() {
        return ++last;
    }

    @Nullable
    Member get(long id) {
        return members.get(id);
    }

    @Nullable
    Member remove(long id) {
        return members.remove(id);
    }

    /** Micro-batches of a step that are not done, which those of an executor were given. */
    Set<Integer> openOf(String executor, StepMetrics metrics) {
        return members.values().stream()
                .filter(member -> member.executor().equals(executor))
                .flatMap(member -> member.microBatches(metrics.step()).stream())
                .filter(microBatch -> !metrics.has(microBatch))
                .collect(Collectors.toSet());
    }

    /** Forgets those of an executor; when the last of them had come, empty if there were none. */
    OptionalLong removeOf(String executor) {
        OptionalLong joined = members.values().stream()
                .filter(member -> member.executor().equals(executor))
                .mapToLong(Member::joined)
                .max();
        members.values().removeIf(member -> member.executor().equals(executor));
        return joined;
    }

    int size() {
        return members.size();
    }

    /**
     * Gives what is missing of a step to those who have done all of theirs and can be counted on; whether there are any.
     *
     * @param late who is not asked
     */
    boolean rescue(long step, List<Integer> missing, Set<Long> late) {
        List<Member> idle = members.entrySet().stream()
                .filter(entry -> !late.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(member -> !member.isSilent() && member.standing().isTrusted())
                .filter(member -> member.rescue()
                        .filter(before -> before.step() == step
                                && before.microBatches().stream().anyMatch(missing::contains))
                        .isEmpty())
                .sorted(Comparator.comparingInt(Member::task))
                .toList();
        for (int index = 0; index < idle.size(); index++) {
            List<Integer> part =
                    missing.subList(index * missing.size() / idle.size(), (index + 1) * missing.size() / idle.size());
            idle.get(index).rescue(part.isEmpty() ? Optional.empty() : Optional.of(new View.Rescue(step, part)));
        }
        return !idle.isEmpty();
    }

    /** Has everybody compute all of this, each beginning at another place. */
    void rescueTogether(long step, List<Integer> missing) {
        List<Member> working = working();
        for (int index = 0; index < working.size(); index++) {
            List<Integer> turned = new ArrayList<>(missing);
            Collections.rotate(turned, -index * missing.size() / working.size());
            working.get(index).rescue(Optional.of(new View.Rescue(step, turned)));
        }
    }

    /** In a part of a line, who has these micro-batches, how many of them, and since when it was not heard of. */
    String owing(long step, List<Integer> missing, long now) {
        List<String> owing = members.values().stream()
                .sorted(Comparator.comparingInt(Member::task))
                .map(member -> {
                    long its = member.microBatches(step).stream()
                            .filter(missing::contains)
                            .count();
                    return its == 0 ? "" : its + " by " + member.name() + " (" + member.lastHeard(now) + ")";
                })
                .filter(text -> !text.isEmpty())
                .toList();
        return Counts.plain(missing.size(), "micro-batch", "micro-batches") + ", "
                + (owing.isEmpty() ? "which nobody has" : String.join(", ", owing));
    }

    /** Whose share has some of these micro-batches, or who was given some of them in another's place. */
    Set<Long> having(long step, List<Integer> microBatches) {
        return members.entrySet().stream()
                .filter(entry -> entry.getValue().microBatches(step).stream().anyMatch(microBatches::contains))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Whether what a worker has of these micro-batches is in another's place. */
    boolean isRescuing(long id, long step, List<Integer> microBatches) {
        Member member = members.get(id);
        return member != null
                && member.share()
                        .filter(range ->
                                microBatches.stream().anyMatch(index -> range.begin() <= index && index < range.end()))
                        .isEmpty()
                && member.rescue().filter(rescue -> rescue.step() == step).isPresent();
    }

    /** Others do what is theirs. */
    void suspect(Set<Long> ids) {
        members.forEach((id, member) -> {
            if (ids.contains(id)) {
                member.standing().suspect();
            }
        });
    }

    boolean isSomeoneSuspected() {
        return members.values().stream().anyMatch(member -> member.standing().isSuspected());
    }

    /** Numbers of those who are there and heard of. */
    Set<Long> heardOf() {
        return members.entrySet().stream()
                .filter(entry -> !entry.getValue().isSilent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    void beginStep() {
        members.values().forEach(Member::beginStep);
    }

    /** Those who compute and are not withdrawn, in the order of their tasks; if that is nobody, those who compute. */
    List<Member> sharing() {
        List<Member> sharing = working().stream()
                .filter(member -> !member.standing().isWithdrawn())
                .toList();
        return sharing.isEmpty() ? working() : sharing;
    }

    private Stream<Member> trusted() {
        return working().stream().filter(member -> member.standing().isTrusted());
    }

    /** Nanoseconds that the longest share takes, of those who can be counted on; 0 if that is not known. */
    double longestShare() {
        return trusted()
                .map(Member::nanosOfShare)
                .flatMapToDouble(OptionalDouble::stream)
                .max()
                .orElse(0);
    }

    /** Nanoseconds of the step that is done beside those of a share, of each who can be counted on and has done its. */
    List<Double> timeBesidesShares() {
        return trusted()
                .map(Member::nanosBesidesShare)
                .flatMapToDouble(OptionalDouble::stream)
                .boxed()
                .toList();
    }

    /** Begins the trials of those who have been withdrawn for long enough; returns their names. */
    List<String> tryAgain(long now) {
        return working().stream()
                .filter(member -> member.standing().tryAgain(now))
                .map(Member::name)
                .toList();
    }

    /** Time has passed in which nobody could be heard. */
    void forgive(long nanos) {
        members.values().forEach(member -> member.forgive(nanos));
    }

    /** Those who compute, in the order of their tasks. */
    List<Member> working() {
        return members.values().stream()
                .filter(member -> !member.isSilent())
                .sorted(Comparator.comparingInt(Member::task))
                .toList();
    }

    /** Names of those that have just become silent. */
    List<String> findSilent(long now, Duration after) {
        List<String> silent = new ArrayList<>();
        for (Member member : members.values()) {
            if (member.becomesSilent(now, after)) {
                silent.add(member.name());
            }
        }
        return silent;
    }

    void dropRescues() {
        members.values().forEach(member -> member.rescue(Optional.empty()));
    }

    /** Gives these workers shares, and takes them from all others. */
    void assign(List<Member> sharing, List<Optional<MicroBatches>> shares) {
        members.values().forEach(member -> member.assign(Optional.empty()));
        for (int index = 0; index < sharing.size(); index++) {
            sharing.get(index).assign(shares.get(index));
        }
    }

    /** Time for a micro-batch, by worker; the mean of the others for one that is new, and for ever for one that is on trial. */
    static List<Double> speeds(List<Member> working) {
        double unknown = working.stream()
                .map(Member::nanosPerMicroBatch)
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(1);
        return working.stream()
                .map(member -> member.standing().isOnTrial()
                        ? FOR_EVER
                        : member.nanosPerMicroBatch().orElse(unknown))
                .toList();
    }
}
