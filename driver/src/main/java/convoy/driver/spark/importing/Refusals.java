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
public final class Refusals implements Serializable {
    private static final long serialVersionUID = 1L;

    private final CollectionAccumulator<String> messages;

    /** @param spark in whose tasks bad input is met */
    public Refusals(SparkContext spark) {
        messages = spark.collectionAccumulator("refusals");
    }

    /**
     * {@return what a task computes; empty if its input is bad}
     *
     * @param <T> what that is
     * @param work of the task
     */
    public <T> Optional<T> note(Supplier<T> work) {
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
    public void requireNone() {
        messages.value().stream().sorted().findFirst().ifPresent(message -> {
            throw new BadInputException(message.lines().toList());
        });
    }
}
