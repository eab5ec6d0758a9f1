package convoy.driver.metrics;

import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.JsonText;
import convoy.records.Problems;
import convoy.records.Value;
import convoy.records.text.Names;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of {@code metrics.jsonl} as it was read, perhaps of another version, which knows other kinds of lines and other keys.
 *
 * @param head what each line says
 * @param all of it
 */
public record StoredLine(Head head, Value all) {
    private static final Codec<Head> HEADS = Codec.of(Head.class);
    private static final Codec<MetricsLine> LINES = Codec.of(MetricsLine.class);
    private static final Codec<MetricsLine.StepLoss> LOSSES = Codec.of(MetricsLine.StepLoss.class);

    private static final String STEP = "step";

    /** The kinds that are known here. */
    private static final Set<String> KINDS = Stream.of(MetricsLine.class.getPermittedSubclasses())
            .map(type -> Names.kebab(type.getSimpleName()))
            .collect(Collectors.toUnmodifiableSet());

    /**
     * What each line says.
     *
     * @param kind which {@link MetricsLine} it is
     * @param step updates applied
     * @param time when it was written; empty where the line does not say
     */
    public record Head(String kind, long step, Optional<String> time) {}

    /**
     * {@return the value of a line; {@link Value.Nothing} of one that is blank}
     *
     * @param text the line
     * @throws BadInputException if it is no JSON, as one that was cut off
     */
    public static Value parse(String text) {
        return JsonText.read(MetricsLog.FILE, text);
    }

    /**
     * {@return a line of the log}
     *
     * @param value of {@link #parse}
     * @throws BadInputException if it has no kind and step
     */
    public static StoredLine of(Value value) {
        return new StoredLine(HEADS.readOfOthers(value, new Problems()), value);
    }

    /**
     * {@return all that it says; empty if its kind is not known here}
     *
     * @throws BadInputException if it lacks what lines of its kind have
     */
    public Optional<MetricsLine> line() {
        return KINDS.contains(head.kind()) ? Optional.of(LINES.readOfOthers(all, new Problems())) : Optional.empty();
    }

    /**
     * {@return what a step says of its loss; empty if the line is of another kind} It takes no notice of the workers, who are most of
     * the line.
     *
     * @throws BadInputException if it lacks that
     */
    public Optional<MetricsLine.StepLoss> stepLoss() {
        return head.kind().equals(STEP) ? Optional.of(LOSSES.readOfOthers(all, new Problems())) : Optional.empty();
    }
}
