package convoy.jobs.card;

import convoy.driver.model.ModelDescription;
import convoy.worker.data.batch.Thumbnail;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a card says of a model beside what its run's directory says.
 *
 * @param name of the model, with its version
 * @param address of it that commands take
 * @param model what it is
 * @param licence of it, as its owner calls it; empty: none is named
 * @param facts of its making that are neither data nor figures, in their order
 * @param data that it was trained and scored on
 * @param ancestry what it was trained from, a sentence each, the nearest first; none: from initial values that were drawn
 * @param drift what was found of new data before it was trained, a sentence each
 * @param compared the new data beside the champion's; empty where nothing is known of one of them
 * @param verdict whether it became champion and why, a sentence each
 * @param mistakes of it, the surest first
 */
@RecordBuilder
public record CardFacts(
        String name,
        String address,
        ModelDescription model,
        String licence,
        List<Fact> facts,
        List<DataUse> data,
        List<String> ancestry,
        List<String> drift,
        Optional<DataDrift> compared,
        List<String> verdict,
        List<Mistake> mistakes)
        implements CardFactsBuilder.With {
    /**
     * Something that is known.
     *
     * @param what as {@code added at}
     * @param value of it
     */
    public record Fact(String what, String value) {}

    /**
     * Data that were used.
     *
     * @param role what for
     * @param name of the data set
     * @param uri where it lay
     * @param fingerprint of its content
     * @param rows how many of its rows
     */
    public record DataUse(String role, String name, String uri, String fingerprint, long rows) {}

    /**
     * A held-out row that it is wrong about.
     *
     * @param id of the row
     * @param label the class that it is of
     * @param guess the class that it is taken for
     * @param probability that the model gives to that class, in [0, 1]
     * @param picture the row
     */
    public record Mistake(long id, String label, String guess, double probability, Thumbnail picture) {}

    public CardFacts {
        facts = List.copyOf(facts);
        data = List.copyOf(data);
        ancestry = List.copyOf(ancestry);
        drift = List.copyOf(drift);
        verdict = List.copyOf(verdict);
        mistakes = List.copyOf(mistakes);
    }
}
