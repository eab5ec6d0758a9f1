package convoy.driver.model;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Place;
import convoy.records.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model was made of, as its file says it: with these and the data it can be made again. It is the same on any cluster and in any
 * directory.
 *
 * @param determinants everything that decided its bits, as a manifest has it, but without the address of the weights that it began with
 * @param ancestor SHA-256 of those weights; empty: it began with drawn values, or it is not known
 */
public record Origin(SortedMap<String, String> determinants, Optional<String> ancestor) {
    /** The determinant that says where weights lay, which decides nothing. */
    public static final String ADDRESS = "network.weights.from";

    private static final String PREFIX = "convoy.";
    private static final String DETERMINANTS = PREFIX + "determinants";
    private static final String ANCESTOR = PREFIX + "ancestor";

    private static final Codec<Origin> CODEC = Codec.of(Origin.class);

    public Origin {
        SortedMap<String, String> anywhere = new TreeMap<>(determinants);
        anywhere.remove(ADDRESS);
        determinants = Collections.unmodifiableSortedMap(anywhere);
    }

    /** Into what a file of tensors says of itself. */
    void addTo(Map<String, String> metadata) {
        if (CODEC.write(this) instanceof Value.Mapping written) {
            Value.Entry keys = written.entries().get("determinants");
            if (keys != null) {
                metadata.put(DETERMINANTS, JsonText.write(keys.value()));
            }
        }
        ancestor.ifPresent(sum -> metadata.put(ANCESTOR, sum));
    }

    /**
     * Reads what a file of tensors says of itself.
     *
     * @param metadata of the file, with whatever else is there
     * @param where it comes from, for the message
     * @return what it was made of; empty if it does not say so
     * @throws BadInputException if it does and cannot be read
     */
    static Optional<Origin> of(Map<String, String> metadata, String where) {
        String text = metadata.get(DETERMINANTS);
        if (text == null) {
            return Optional.empty();
        }
        Place place = new Place(DETERMINANTS, 0);
        Map<String, Value.Entry> entries = new LinkedHashMap<>();
        try {
            entries.put("determinants", new Value.Entry(place, JsonText.read(DETERMINANTS, text)));
            Optional.ofNullable(metadata.get(ANCESTOR))
                    .ifPresent(sum -> entries.put(
                            "ancestor", new Value.Entry(place, new Value.Scalar(sum, Value.Scalar.Kind.TEXT, place))));
            return Optional.of(CODEC.read(new Value.Mapping(entries, place)));
        } catch (BadInputException malformed) {
            String first =
                    String.valueOf(malformed.getMessage()).lines().findFirst().orElse("");
            throw new BadInputException(
                    where + " says of its making what cannot be read: " + first + "; export it anew", malformed);
        }
    }
}
