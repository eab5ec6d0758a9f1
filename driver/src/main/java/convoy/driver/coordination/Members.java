package convoy.driver.coordination;

import convoy.worker.loop.MicroBatches;
import convoy.worker.loop.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who takes part, by number. Guarded by the coordinator. */
final class Members {
    private final Map<Long, Member> members = new HashMap<>();
    private long last;

    /** Takes in an attempt of a task in the place of any other; returns its number. */
    long add(Member member) {
        members.values().removeIf(other -> other.task() == member.task());
        members.put(++last, member);
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

    /** Forgets those of an executor; whether there were any. */
    boolean removeOf(String executor) {
        return members.values().removeIf(member -> member.executor().equals(executor));
    }

    int size() {
        return members.size();
    }

    /** Gives what is missing of a step to those who have done all of theirs; whether there are any. */
    boolean rescue(long step, List<Integer> missing) {
        List<Member> idle = idle(step, missing);
        for (int index = 0; index < idle.size(); index++) {
            List<Integer> part =
                    missing.subList(index * missing.size() / idle.size(), (index + 1) * missing.size() / idle.size());
            idle.get(index).rescue(part.isEmpty() ? Optional.empty() : Optional.of(new View.Rescue(step, part)));
        }
        return !idle.isEmpty();
    }

    private List<Member> idle(long step, List<Integer> missing) {
        return working().stream()
                .filter(member -> member.microBatches(step).stream().noneMatch(missing::contains))
                .toList();
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

    void dropSharesOfSilent() {
        members.values().stream().filter(Member::isSilent).forEach(member -> member.assign(Optional.empty()));
    }

    static void assign(List<Member> working, List<Optional<MicroBatches>> shares) {
        for (int index = 0; index < working.size(); index++) {
            working.get(index).assign(shares.get(index));
        }
    }

    /** Time for a micro-batch, by worker; the mean of the others for one that is new. */
    static List<Double> speeds(List<Member> working) {
        double unknown = working.stream()
                .map(Member::nanosPerMicroBatch)
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(1);
        return working.stream()
                .map(member -> member.nanosPerMicroBatch().orElse(unknown))
                .toList();
    }
}
