package convoy.driver.configuration;

import convoy.worker.provided.ProviderChoice;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * What is kept of a run, and when. None of it changes the trained model.
 *
 * @param checkpoint when to keep what
 * @param evaluation when to score the held-out data
 * @param onDivergence what becomes of a run whose loss is no number
 * @param metrics what is measured beside what always is
 * @param export forms in which the trained model is written, beside {@code model.safetensors}
 * @param listeners programs of other people's jars that are told what happens
 */
@RecordBuilder
public record Outputs(
        CheckpointPlan checkpoint,
        EvaluationPlan evaluation,
        OnDivergence onDivergence,
        MetricsPlan metrics,
        List<ExportFormat> export,
        List<ProviderChoice> listeners)
        implements OutputsBuilder.With {
    public Outputs {
        export = List.copyOf(export);
        listeners = List.copyOf(listeners);
    }

    /** {@return what a run file need not say} */
    public static Outputs defaults() {
        return new Outputs(
                CheckpointPlan.defaults(),
                EvaluationPlan.defaults(),
                OnDivergence.STOP,
                MetricsPlan.defaults(),
                List.of(),
                List.of());
    }

    /** What becomes of a run once a loss is no number, or infinite. It changes no bits, so that a run may be resumed with the other. */
    public enum OnDivergence {
        /** It fails; the checkpoints of before are kept, and no model is exported. */
        STOP,
        /** It goes on to its end, with a warning. */
        CONTINUE
    }

    /** Forms of a trained model. */
    public enum ExportFormat {
        /** Torchvision's names and PyTorch's layouts; always written. */
        SAFETENSORS,
        /** DL4J's {@code ModelSerializer} zip. */
        DL4J,
        /** An ONNX model, with numbers of more than 2 GB in a file beside it. */
        ONNX
    }
}
