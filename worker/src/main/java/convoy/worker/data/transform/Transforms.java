package convoy.worker.data.transform;

import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.transform.Transform.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way from a stored picture to a network's input, in order.
 *
 * @param steps whose stages follow each other: scaling, changes of pixels, normalization, erasing; what only moves pixels
 *     about may stand anywhere
 */
public record Transforms(List<Transform> steps) {
    public Transforms {
        steps = List.copyOf(steps);
        Optional<Transform> last = Optional.empty();
        for (int i = 0; i < steps.size(); i++) {
            Transform step = steps.get(i);
            if (step.stage() == Stage.PLACEMENT) {
                continue;
            }
            if (last.isPresent() && (last.get().stage().compareTo(step.stage()) > 0 || !mayFollow(last.get(), step))) {
                throw new BadInputException("transforms: " + name(step) + " is number " + (i + 1) + ", after "
                        + name(last.get()) + "; " + remedy(last.get(), step));
            }
            last = Optional.of(step);
        }
    }

    private static boolean mayFollow(Transform before, Transform step) {
        return step.stage() != Stage.NORMALIZATION
                || before.stage() != Stage.NORMALIZATION
                || (before instanceof GlobalContrastNormalization && step instanceof Zca);
    }

    private static String remedy(Transform before, Transform step) {
        return before.stage() == step.stage()
                ? "a picture is normalized once: keep one of them"
                : "put it before: the order is scaling, changes of pixels, normalization, erasing";
    }

    private static String name(Transform step) {
        return convoy.records.text.Names.kebab(step.getClass().getSimpleName());
    }

    /**
     * {@return these steps, in this order}
     *
     * @param steps in their order
     */
    public static Transforms of(Transform... steps) {
        return new Transforms(List.of(steps));
    }

    /**
     * {@return the same without anything random, for evaluation: a random resized crop becomes a resize and a centre
     * crop}
     */
    public Transforms forEvaluation() {
        return new Transforms(
                steps.stream().flatMap(step -> step.forEvaluation().stream()).toList());
    }

    /**
     * {@return the shape of what comes out for that data set}
     *
     * @param info what the data set says of itself
     * @throws BadInputException if the pictures would come out in different sizes
     */
    public Shape.Image output(DatasetInfo info) {
        Transform.Extent extent = new Transform.Extent(info.height(), info.width());
        for (Transform step : steps) {
            extent = step.after(extent);
        }
        if (extent.height() == 0 || extent.width() == 0) {
            throw new BadInputException(
                    "the pictures of the data set differ in size and the transforms leave it so: add"
                            + " {kind: random-resized-crop} or {kind: resize} and {kind: center-crop}");
        }
        return new Shape.Image(info.channels(), extent.height(), extent.width());
    }

    /**
     * {@return the same with a normalization whose figures are known: these, where a {@link Normalize} brings none, and
     * with a {@link Normalize} of these where nothing normalizes, at the end or before the first random erasing}
     *
     * @param mean of each channel of the training data; empty if unknown
     * @param std likewise
     * @throws BadInputException if they are needed and unknown
     */
    public Transforms normalizedBy(List<Double> mean, List<Double> std) {
        List<Transform> all = new ArrayList<>(steps);
        int at = firstOf(Stage.NORMALIZATION);
        if (at < all.size()) {
            if (!(all.get(at) instanceof Normalize own) || !own.mean().isEmpty()) {
                return this;
            }
            all.remove(at);
        } else {
            at = firstOf(Stage.ERASING);
        }
        if (mean.isEmpty()) {
            throw new BadInputException("the training data's dataset.json gives no mean and std: add {kind: normalize,"
                    + " mean: [...], std: [...]} to the transforms");
        }
        all.add(at, new Normalize(mean, std));
        return new Transforms(all);
    }

    /**
     * {@return the same with every {@link Provided} held to the version that its provider has here}
     *
     * @throws BadInputException if one of them cannot be had
     */
    public Transforms settled() {
        return new Transforms(steps.stream()
                .map(step -> step instanceof Provided provided ? provided.settled() : step)
                .toList());
    }

    /**
     * {@return the same with every {@link Zca} being of a data set: of that one, where it says none}
     *
     * @param uri of the data set
     */
    public Transforms whitenedBy(String uri) {
        return new Transforms(steps.stream()
                .map(step -> step.equals(Zca.defaults()) ? new Zca(uri) : step)
                .toList());
    }

    /** {@return the steps, each ready to be done to many pictures} */
    public List<Transform.Step> ready() {
        return steps.stream().map(Transform::ready).toList();
    }

    /** {@return what whitens, if anything does} */
    public Optional<Zca> zca() {
        return steps.stream().filter(Zca.class::isInstance).map(Zca.class::cast).findFirst();
    }

    /**
     * Refuses pictures that a data set's whitening was not fitted to.
     *
     * @param info of the pictures
     * @param fitted of the data set whose whitening is used
     * @param uri of the same
     * @throws BadInputException if it has none or they do not suit it
     */
    public void requireWhitening(DatasetInfo info, DatasetInfo fitted, String uri) {
        if (zca().isEmpty()) {
            return;
        }
        DatasetInfo.WhiteningFile file = fitted.whitening()
                .orElseThrow(() -> new BadInputException(
                        "zca: data set " + uri + " has no whitening: fit one with `convoy whiten --data " + uri + "`"));
        Transform.Extent extent = new Transform.Extent(info.height(), info.width());
        Optional<GlobalContrastNormalization> contrast = Optional.empty();
        for (Transform step : steps.subList(0, steps.indexOf(zca().get()))) {
            extent = step.after(extent);
            if (step instanceof GlobalContrastNormalization before) {
                contrast = Optional.of(before);
            }
        }
        if (extent.height() != fitted.height()
                || extent.width() != fitted.width()
                || info.channels() != fitted.channels()) {
            throw new BadInputException("zca: pictures come as " + info.channels() + "x" + extent.height() + "x"
                    + extent.width() + ", the whitening of " + uri + " was fitted to " + fitted.channels() + "x"
                    + fitted.height() + "x" + fitted.width()
                    + ": put what changes their size after zca, or fit it to pictures of that size");
        }
        Optional<GlobalContrastNormalization> behind = file.contrast().map(GlobalContrastNormalization::of);
        if (!contrast.equals(behind)) {
            throw new BadInputException("zca: the whitening of " + uri + " was fitted behind "
                    + behind.map(Object::toString).orElse("no contrast normalization")
                    + ", here it stands behind "
                    + contrast.map(Object::toString).orElse("none") + ": put the same before zca, or fit it again");
        }
    }

    /**
     * {@return what comes before the whitening, and makes pictures what it was fitted to}
     *
     * @param channels 1 or 3
     */
    public Transforms beforeWhitening(int channels) {
        List<Transform> before = new ArrayList<>(steps.subList(0, steps.indexOf(zca().orElseThrow())));
        if (before.stream().noneMatch(GlobalContrastNormalization.class::isInstance)) {
            before.add(Normalize.pixels(channels));
        }
        return new Transforms(before);
    }

    /** {@return what comes after it} */
    public List<Transform> afterWhitening() {
        return steps.subList(steps.indexOf(zca().orElseThrow()) + 1, steps.size());
    }

    private int firstOf(Stage stage) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).stage() == stage) {
                return i;
            }
        }
        return steps.size();
    }

    /** {@return the step that normalizes by the figures of each channel, if that is how these transforms normalize} */
    public Optional<Normalize> normalize() {
        return steps.stream()
                .filter(Normalize.class::isInstance)
                .map(Normalize.class::cast)
                .findFirst();
    }

    /**
     * {@return what each byte becomes, {@code [channel][byte]}: {@code (byte / 255 - mean) / std} in single precision,
     * as PyTorch rounds it} Without a {@link Normalize} there is no such table and it is empty.
     *
     * @param info what the data set says of itself
     * @throws BadInputException if there are not as many figures as channels
     */
    public float[][] normalization(DatasetInfo info) {
        Optional<Normalize> figures = normalizedBy(info.mean(), info.std()).normalize();
        figures.ifPresent(given -> {
            if (given.mean().size() != info.channels()) {
                throw new BadInputException(
                        "normalize: mean has " + Counts.plain(given.mean().size(), "value") + ", the data set has "
                                + Counts.plain(info.channels(), "channel") + "; give one for every channel");
            }
        });
        return figures.map(Normalize::table).orElse(new float[0][]);
    }
}
