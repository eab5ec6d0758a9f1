package convoy.worker.data.batch;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A batch with what tells its rows apart, for whoever goes on where a picture cannot be decoded. In the place of such a picture are zeros,
 * so that the others stand where they would stand anyway.
 *
 * @param batch N examples
 * @param ids {@code [N]} of the rows
 * @param undecoded the examples whose pictures could not be decoded, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ReadBatch(Batch batch, long[] ids, List<Undecoded> undecoded) {
    public ReadBatch {
        undecoded = List.copyOf(undecoded);
        if (ids.length != batch.examples()) {
            throw new IllegalArgumentException(
                    Counts.plain(ids.length, "id") + " for " + Counts.plain(batch.examples(), "example"));
        }
    }

    /**
     * A picture that could not be decoded.
     *
     * @param example its place in the batch, from 0
     * @param where file, row and id, for messages
     * @param cause why
     */
    public record Undecoded(int example, String where, UndecodableException cause) {
        /** {@return in a line, which row it is and what is wrong with it} */
        public String line() {
            return where + " " + cause.getMessage();
        }
    }

    /**
     * {@return the batch of the pictures that were decoded; empty if none was}
     *
     * @param onBad what to do about the others
     * @throws BadInputException if there are others and they are not to be left out
     */
    public Optional<Batch> usable(OnBadRow onBad) {
        if (undecoded.isEmpty() || onBad == OnBadRow.FAIL) {
            return Optional.of(whole());
        }
        Set<Integer> bad = undecoded.stream().map(Undecoded::example).collect(Collectors.toSet());
        int[] kept = IntStream.range(0, batch.examples())
                .filter(example -> !bad.contains(example))
                .toArray();
        return kept.length == 0
                ? Optional.empty()
                : Optional.of(
                        batch.only(kept, undecoded.stream().map(Undecoded::line).toList()));
    }

    /**
     * {@return the batch, if all of its pictures were decoded}
     *
     * @throws BadInputException if one was not
     */
    public Batch whole() {
        if (!undecoded.isEmpty()) {
            Undecoded first = undecoded.get(0);
            throw new BadInputException(
                    first.line()
                            + ": import again, with --on-bad skip if the source is at fault, or leave such rows out with"
                            + " data.on-bad = skip",
                    first.cause());
        }
        return batch;
    }
}
