package convoy.driver.spark.importing;

import convoy.records.BadInputException;
import java.io.Serializable;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Bad input that tasks came upon, handed to the driver beside what they computed: an exception would make Spark try four times what
 * cannot go well.
 */
final class Refusals implements Serializable {
    private static final long serialVersionUID = 1L;

    private final CollectionAccumulator<String> messages;

    Refusals(SparkContext spark) {
        messages = spark.collectionAccumulator("refusals");
    }

    /** What a task computes; empty if its input is bad. */
    <T> Optional<T> note(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (BadInputException refused) {
            messages.add(String.valueOf(refused.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * To be called on the driver once the tasks have ended, before their results are used.
     *
     * @throws BadInputException if one of them came upon bad input
     */
    void requireNone() {
        messages.value().stream().sorted().findFirst().ifPresent(message -> {
            throw new BadInputException(message.lines().toList());
        });
    }
}
