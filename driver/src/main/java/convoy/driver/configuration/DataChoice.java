package convoy.driver.configuration;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.batch.Mix;
import convoy.worker.data.batch.OnBadRow;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;

/**
 * What a run is trained and scored on.
 *
 * @param train URI of the data set that is trained on
 * @param validation what is scored; empty: nothing is
 * @param transforms of training images, in order
 * @param evaluationTransforms of scored images, in order; none: those of training without what is random
 * @param mix of training images: each micro-batch gets one of these mixtures, drawn evenly; none: no mixtures
 * @param sampling which training rows an epoch has
 * @param readerThreads that decode and augment, in each worker
 * @param lookAhead micro-batches prepared ahead, in each worker
 * @param onBad what to do about a row whose picture cannot be decoded
 */
@RecordBuilder
public record DataChoice(
        String train,
        Optional<Validation> validation,
        List<Transform> transforms,
        List<Transform> evaluationTransforms,
        List<Mix> mix,
        Sampling sampling,
        int readerThreads,
        int lookAhead,
        OnBadRow onBad)
        implements DataChoiceBuilder.With {
    public DataChoice {
        train = HomeDirectory.uri("data.train", train);
        transforms = List.copyOf(transforms);
        evaluationTransforms = List.copyOf(evaluationTransforms);
        mix = List.copyOf(mix);
        if (train.isBlank()) {
            throw new BadInputException(Refusal.of("data.train", "''")
                    .because("is empty")
                    .instead("give the directory of a data set that import wrote"));
        }
        Refusal.requireAtLeast("data.reader-threads", readerThreads, 1, "one thread or more prepares batches");
        Refusal.requireAtLeast("data.look-ahead", lookAhead, 1, "prepare one micro-batch or more ahead");
    }

    /**
     * {@return the same, with every transform that a jar provides held to the version that is here}
     *
     * @throws convoy.records.BadInputException if one of them cannot be had
     */
    public DataChoice settled() {
        return with().transforms(new Transforms(transforms).settled().steps())
                .evaluationTransforms(
                        new Transforms(evaluationTransforms).settled().steps())
                .build();
    }

    /**
     * {@return a data set as it is, nothing held out}
     *
     * @param train URI of the data set that is trained on
     */
    public static DataChoice of(String train) {
        return DataChoiceBuilder.builder()
                .train(train)
                .transforms(List.of())
                .evaluationTransforms(List.of())
                .mix(List.of())
                .sampling(Sampling.SHUFFLED)
                .readerThreads(1)
                .lookAhead(4)
                .onBad(OnBadRow.FAIL)
                .build();
    }

    /** {@return what a run file need not say} */
    public static DataChoice defaults() {
        return of("data/train");
    }
}
