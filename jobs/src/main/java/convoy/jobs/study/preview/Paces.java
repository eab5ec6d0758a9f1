package convoy.jobs.study.preview;

import convoy.records.BadInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The paces of all variants of a study. */
public final class Paces {
    private Paces() {}

    /**
     * Completes what is known of some variants: the pace of each other one is that of the known one whose network costs most nearly as
     * much, scaled by the multiply-adds of an image.
     *
     * @param preview of the study
     * @param known by variant
     * @return by variant; of none if nothing is known of any
     */
    public static Map<String, Pace> complete(Preview preview, Map<String, Pace> known) {
        List<Preview.Part> measured = preview.variants().stream()
                .filter(part -> known.containsKey(part.variant()))
                .toList();
        Map<String, Pace> all = new TreeMap<>(known);
        for (Preview.Part part : preview.variants()) {
            Optional<Preview.Part> nearest = measured.stream()
                    .min(Comparator.comparingDouble(
                            other -> Math.abs(Math.log(other.multiplyAddsOfAnImage() / part.multiplyAddsOfAnImage()))));
            nearest.filter(from -> !all.containsKey(part.variant())).ifPresent(from -> {
                Pace pace = all.get(from.variant());
                double scale = from.multiplyAddsOfAnImage() / part.multiplyAddsOfAnImage();
                if (pace != null) {
                    all.put(part.variant(), new Pace.Extrapolated(pace.images() * scale, from.variant()));
                }
            });
        }
        return all;
    }

    /**
     * {@return what a person states, by variant}
     *
     * @param preview of the study
     * @param stated by variant, images a second of one worker
     * @throws BadInputException if a variant is none, or a number no pace
     */
    public static Map<String, Pace> stated(Preview preview, Map<String, Double> stated) {
        List<String> variants =
                preview.variants().stream().map(Preview.Part::variant).toList();
        Map<String, Pace> paces = new TreeMap<>();
        stated.forEach((variant, images) -> {
            if (!variants.contains(variant)) {
                throw new BadInputException("--pace " + variant + "=" + images + ": " + variant
                        + " is no variant of the study; its variants are " + String.join(", ", variants));
            }
            if (!(images > 0) || images.isInfinite()) {
                throw new BadInputException("--pace " + variant + "=" + images
                        + " is not a positive number: give the images a second that one worker trains on");
            }
            paces.put(variant, new Pace.Stated(images));
        });
        return paces;
    }
}
