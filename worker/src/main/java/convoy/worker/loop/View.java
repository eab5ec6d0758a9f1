package convoy.worker.loop;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.text.Counts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one worker is to do, as the coordinator sees it now. A view holds from the moment it is known, in the middle of a
 * step too: at every moment the newest views of all live workers cover every micro-batch, and one that is computed twice
 * gives the same bits twice.
 *
 * @param number raised with every change
 * @param incarnation of the servers
 * @param firstVersion the version that the servers of this incarnation were opened with
 * @param servers where they listen, as {@code host:port}, in the order of their key ranges
 * @param until steps below this one are computed; a worker that stands at it waits
 * @param finished the run is over: leave
 * @param share the micro-batches of every step that are this worker's
 * @param rescue micro-batches of a late worker that this one is to compute as well
 */
@RecordBuilder
public record View(
        long number,
        long incarnation,
        long firstVersion,
        List<String> servers,
        long until,
        boolean finished,
        Optional<MicroBatches> share,
        Optional<Rescue> rescue)
        implements ViewBuilder.With {

    private static final Codec<View> CODEC = Codec.of(View.class);

    /**
     * Micro-batches of one step only, in the order in which they are to be computed.
     *
     * @param step from 0
     * @param microBatches of that step
     */
    public record Rescue(long step, List<Integer> microBatches) {
        public Rescue {
            microBatches = List.copyOf(microBatches);
        }
    }

    public View {
        servers = List.copyOf(servers);
    }

    /**
     * {@return what this worker is to compute in {@code step}, its own share first}
     *
     * @param step from 0
     */
    public List<Integer> microBatches(long step) {
        if (finished || step >= until) {
            return List.of();
        }
        List<Integer> mine = new ArrayList<>();
        share.ifPresent(range -> {
            for (int microBatch = range.begin(); microBatch < range.end(); microBatch++) {
                mine.add(microBatch);
            }
        });
        rescue.filter(extra -> extra.step() == step).ifPresent(extra -> extra.microBatches().stream()
                .filter(microBatch -> !mine.contains(microBatch))
                .forEach(mine::add));
        return mine;
    }

    /** {@return the view as JSON in UTF-8} */
    public byte[] toBytes() {
        return CODEC.toJson(this).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @param bytes JSON in UTF-8
     * @return the view
     * @throws UncheckedIOException if it is something else
     */
    public static View fromBytes(byte[] bytes) {
        try {
            return CODEC.fromJson("view", new String(bytes, StandardCharsets.UTF_8));
        } catch (BadInputException malformed) {
            throw new UncheckedIOException(
                    "a view of " + Counts.plain(bytes.length, "byte") + " cannot be read", new IOException(malformed));
        }
    }

    /** {@return the view of a run that is no more} */
    public static View over() {
        return ViewBuilder.builder()
                .number(Long.MAX_VALUE)
                .incarnation(0)
                .firstVersion(0)
                .servers(List.of())
                .until(0)
                .finished(true)
                .build();
    }
}
