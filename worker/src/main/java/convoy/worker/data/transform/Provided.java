package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.annotation.Default;
import convoy.records.text.FirstLine;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.provided.PixelFunction;
import convoy.worker.data.provided.TransformProvider;
import convoy.worker.provided.ProviderChoice;
import convoy.worker.provided.Providers;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A step that a jar provides. Whoever does it needs the jar: workers, and whoever evaluates the model later.
 *
 * @param name of the provider
 * @param version of it that is meant; empty: whichever is there
 * @param arguments what it is told, as written
 */
public record Provided(
        String name,
        Optional<String> version,
        @Default(Default.EMPTY_MAPPING) SortedMap<String, String> arguments) implements Transform {
    private static final Providers<TransformProvider> PROVIDERS = new Providers<>("transform", TransformProvider.class);

    public Provided {
        arguments = Collections.unmodifiableSortedMap(new TreeMap<>(arguments));
        if (name.isBlank()) {
            throw new BadInputException(Refusal.of("name", "''")
                    .by("provided")
                    .because("is empty")
                    .instead("give the name that the provider has"));
        }
    }

    @Override
    public Stage stage() {
        return Stage.PIXELS;
    }

    /**
     * {@return the same, held to the version that the provider has here}
     *
     * @throws BadInputException if there is no such provider, or one with another version
     */
    Provided settled() {
        return new Provided(name, Optional.of(provider().version()), arguments);
    }

    private TransformProvider provider() {
        TransformProvider provider = PROVIDERS.find(name);
        String found = PROVIDERS.ask(provider, TransformProvider::version);
        version.filter(meant -> !meant.equals(found)).ifPresent(meant -> {
            throw new BadInputException("transform " + name + " is there in version " + found + " ("
                    + provider.getClass().getName() + "), and version " + meant
                    + " is meant, which makes other pixels: give its jar of then with --jars");
        });
        return provider;
    }

    /** Asks for the function each time: {@link #ready} does so once. */
    @Override
    public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
        ready().apply(canvas, random);
    }

    @Override
    public Step ready() {
        TransformProvider provider = provider();
        PixelFunction function = PROVIDERS.make(new ProviderChoice(name, arguments), TransformProvider::transform);
        return (canvas, random) -> {
            FloatImage picture = canvas.develop();
            try {
                function.apply(picture, random);
            } catch (RuntimeException | LinkageError failure) {
                throw new BadInputException(
                        "transform " + name + " (" + provider.getClass().getName() + ") fails at a picture of "
                                + picture.channels() + "x" + picture.height() + "x" + picture.width() + ": "
                                + failure.getClass().getSimpleName() + ": " + FirstLine.of(failure)
                                + "; mend its provider, or leave it out",
                        failure);
            }
        };
    }

    @Override
    public List<Transform> forEvaluation() {
        return PROVIDERS.ask(provider(), TransformProvider::isRandom) ? List.of() : List.of(this);
    }
}
