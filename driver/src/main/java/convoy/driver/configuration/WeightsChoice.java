package convoy.driver.configuration;

import convoy.driver.checkpoint.RunDirectory;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trained weights to start from.
 *
 * @param from URI of a safetensors file, of an ONNX model ({@code ….onnx}), of an index of several ({@code ….safetensors.index.json}), or of a directory with
 *     {@code model.safetensors} or such an index, a run's for example; torchvision's names
 * @param head what becomes of the last layer before the logits
 * @param input what becomes of the layers that read the images
 * @param fresh patterns of tensors that are drawn from the seed, whatever is stored of them
 * @param rename names of tensors, or their beginnings up to a dot, that are stored, by what this network calls them
 */
@RecordBuilder
public record WeightsChoice(
        String from, HeadWeights head, InputWeights input, List<String> fresh, SortedMap<String, String> rename)
        implements WeightsChoiceBuilder.With {
    public WeightsChoice {
        fresh = List.copyOf(fresh);
        rename = Collections.unmodifiableSortedMap(new TreeMap<>(rename));
        from = HomeDirectory.uri("network.weights.from", from);
        if (from.isBlank()) {
            throw new BadInputException(Refusal.of("network.weights.from", "''")
                    .because("is empty")
                    .instead("give the URI of a model.safetensors, or leave weights out"));
        }
    }

    /** {@return what a run file need not say} */
    public static WeightsChoice defaults() {
        return new WeightsChoice(
                RunDirectory.MODEL, HeadWeights.KEPT, InputWeights.KEPT, List.of(), Collections.emptySortedMap());
    }

    /** What becomes of the last layers of trained weights. */
    public enum HeadWeights {
        /** As stored. */
        KEPT,
        /** Drawn from the seed, for these classes; what is stored is not looked at. */
        FRESH,
        /** As stored where that is for as many classes, else drawn from the seed. */
        FITTING
    }

    /** What becomes of the layers of trained weights that read images, where these have another number of channels. */
    public enum InputWeights {
        /** As stored: the number of channels must be the same. */
        KEPT,
        /** Every channel's filter is the mean of the stored ones. */
        MEAN,
        /** Likewise, scaled so that channels that are all alike give what the stored filters give for them. */
        SUM,
        /** Drawn from the seed; what is stored is not looked at. */
        FRESH
    }
}
