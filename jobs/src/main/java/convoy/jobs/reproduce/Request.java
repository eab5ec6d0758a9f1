package convoy.jobs.reproduce;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a person asks for.
 *
 * @param asked a run's directory or a model's file
 * @param runFile what trained it, if that does not lie beside it
 * @param to the directory in which it is made; empty: a new one beside the run's
 * @param overrides {@code a.b=c}, laid over the run files: how many workers there are, for example
 * @param moves of data and weights
 * @param ancestors whether the runs are made again too whose models this one began with
 * @param anyway whether it is trained though it cannot have the same bits
 * @param tolerance what numbers may differ by; empty: nothing
 */
@RecordBuilder
record Request(
        String asked,
        Optional<String> runFile,
        Optional<String> to,
        List<String> overrides,
        Moves moves,
        boolean ancestors,
        boolean anyway,
        Optional<Double> tolerance)
        implements RequestBuilder.With {
    Request {
        overrides = List.copyOf(overrides);
    }

    /** The same bits, with what lies beside the run. */
    static Request of(String asked) {
        return RequestBuilder.builder()
                .asked(asked)
                .overrides(List.of())
                .moves(new Moves(List.of()))
                .build();
    }
}
