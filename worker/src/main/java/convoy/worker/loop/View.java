package convoy.worker.loop;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
public record View(
        long number,
        long incarnation,
        long firstVersion,
        List<String> servers,
        long until,
        boolean finished,
        Optional<MicroBatches> share,
        Optional<Rescue> rescue) {

    /** Micro-batches of one step only, in rising order. */
    public record Rescue(long step, List<Integer> microBatches) {
        public Rescue {
            microBatches = List.copyOf(microBatches);
        }
    }

    public View {
        servers = List.copyOf(servers);
    }

    /** What this worker is to compute in {@code step}, its own share first. */
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

    /**
     * The view as bytes, big endian.
     *
     * <pre>
     *  bytes  content
     *      8  number
     *      8  incarnation
     *      8  first version
     *      8  until
     *      1  finished: 0 or 1
     *      4  number of servers, then each as a length of 2 bytes and modified UTF-8
     *      8  begin and end of the share, 4 bytes each; both 0: none
     *      4  number of micro-batches to rescue; 0: none
     *      8  their step, where there are any, then 4 bytes for each
     * </pre>
     */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(number);
            out.writeLong(incarnation);
            out.writeLong(firstVersion);
            out.writeLong(until);
            out.writeBoolean(finished);
            out.writeInt(servers.size());
            for (String server : servers) {
                out.writeUTF(server);
            }
            out.writeInt(share.map(MicroBatches::begin).orElse(0));
            out.writeInt(share.map(MicroBatches::end).orElse(0));
            out.writeInt(rescue.map(extra -> extra.microBatches().size()).orElse(0));
            if (rescue.isPresent()) {
                out.writeLong(rescue.get().step());
                for (int microBatch : rescue.get().microBatches()) {
                    out.writeInt(microBatch);
                }
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #toBytes} wrote. */
    public static View fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long number = in.readLong();
            long incarnation = in.readLong();
            long firstVersion = in.readLong();
            long until = in.readLong();
            boolean finished = in.readBoolean();
            int count = in.readInt();
            List<String> servers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                servers.add(in.readUTF());
            }
            int begin = in.readInt();
            int end = in.readInt();
            Optional<MicroBatches> share = end == 0 ? Optional.empty() : Optional.of(new MicroBatches(begin, end));
            int extra = in.readInt();
            Optional<Rescue> rescue = Optional.empty();
            if (extra > 0) {
                long step = in.readLong();
                List<Integer> microBatches = new ArrayList<>();
                for (int i = 0; i < extra; i++) {
                    microBatches.add(in.readInt());
                }
                rescue = Optional.of(new Rescue(step, microBatches));
            }
            return new View(number, incarnation, firstVersion, servers, until, finished, share, rescue);
        } catch (IOException malformed) {
            throw new UncheckedIOException("a view of " + bytes.length + " bytes ends early", malformed);
        }
    }
}
