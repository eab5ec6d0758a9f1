package convoy.jobs.study.schedule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The room of a cluster, as far as memory allows. What a worker needs is what processes hold more than when nothing ran in them, for each
 * worker that was under way, at the most that was ever seen. To the most workers that ever were there at once come as many as fit into
 * what was left then, a tenth of every limit apart; if nothing was, so many fewer are let in. Before a trial has come far enough to have
 * what it needs, each process is given one worker. Workers are taken to be spread evenly, and one trial is always let in.
 *
 * <p>Not safe for use by several threads.
 */
public final class MemoryCap implements Capacity {
    private static final double USABLE = 0.9;

    private final Capacity room;
    private final Supplier<List<Store>> gauge;
    private final int widest;
    private final Map<String, Double> idle = new HashMap<>();
    private final Map<String, Double> needed = new HashMap<>();
    private final Map<String, Double> peaks = new HashMap<>();
    private int mostWorkers;
    private List<Store> stores = List.of();
    private boolean known;

    /**
     * Memory that processes have together.
     *
     * @param name for a person
     * @param processes so many
     * @param used bytes of all of them, garbage among them
     * @param held bytes of these that are needed
     * @param limit bytes that they may have
     */
    public record Store(String name, int processes, long used, long held, long limit) {}

    /**
     * That memory lets in fewer workers than there is room for.
     *
     * @param store that is short; empty while nothing is known yet
     * @param most workers that are let in
     * @param room for so many there is
     */
    public record Binding(Optional<String> store, int most, int room) {
        /** {@return it in a few words} */
        public String sentence() {
            return most + " of " + room + " at once"
                    + store.map(name -> " by the " + name).orElse(" until it is known what memory they need");
        }
    }

    /**
     * Of nothing that has begun: what processes have now is what they have without workers.
     *
     * @param room for workers
     * @param gauge what memory there is now; none where nothing is known
     * @param widest workers of the trial that has most
     */
    public MemoryCap(Capacity room, Supplier<List<Store>> gauge, int widest) {
        this.room = room;
        this.gauge = gauge;
        this.widest = widest;
        look(0, false);
    }

    /**
     * Looks what memory is used; to be called again and again.
     *
     * @param workers that are under way
     * @param settled whether one of them, or of those before, has had all that it needs
     */
    public void look(int workers, boolean settled) {
        stores = gauge.get();
        known |= settled;
        mostWorkers = Math.max(mostWorkers, workers);
        for (Store store : stores) {
            double ofOne = (double) store.held() / store.processes();
            double before = idle.computeIfAbsent(store.name(), name -> ofOne);
            peaks.merge(store.name(), (double) store.used() / store.processes(), Math::max);
            if (workers > 0) {
                needed.merge(store.name(), (ofOne - before) * store.processes() / workers, Math::max);
            }
        }
    }

    @Override
    public Map<TrialPlace, Integer> workers() {
        Map<TrialPlace, Integer> all = room.workers();
        Optional<Binding> binding = binding(all);
        if (binding.isEmpty()) {
            return all;
        }
        Map<TrialPlace, Integer> fewer = new TreeMap<>();
        all.forEach((place, workers) -> fewer.put(place, Math.min(workers, Math.max(widest, (int)
                ((long) workers * binding.get().most() / binding.get().room())))));
        return fewer;
    }

    /** {@return what memory does not let in now; empty if all that there is room for is} */
    public Optional<Binding> binding() {
        return binding(room.workers());
    }

    private Optional<Binding> binding(Map<TrialPlace, Integer> all) {
        int workers = all.values().stream().mapToInt(Integer::intValue).sum();
        Optional<Binding> least = Optional.empty();
        for (Store store : stores) {
            int most = Math.max(widest, most(store));
            if (most < least.map(Binding::most).orElse(workers)) {
                least = Optional.of(new Binding(known ? Optional.of(store.name()) : Optional.empty(), most, workers));
            }
        }
        return least;
    }

    private int most(Store store) {
        double need = needed.getOrDefault(store.name(), 0.0);
        if (!known) {
            return stores.stream().mapToInt(Store::processes).max().orElse(1);
        }
        double free = USABLE * store.limit() - peaks.getOrDefault(store.name(), 0.0) * store.processes();
        return need > 0
                ? (int) Math.max(0, Math.min(Integer.MAX_VALUE, mostWorkers + Math.floor(free / need)))
                : Integer.MAX_VALUE;
    }
}
