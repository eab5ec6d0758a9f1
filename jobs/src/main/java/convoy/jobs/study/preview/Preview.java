package convoy.jobs.study.preview;

import convoy.jobs.study.file.Budget;
import convoy.jobs.study.file.Study;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Design;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Trial;
import convoy.worker.engine.EngineChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a study comes to, if every trial ends well.
 *
 * @param study that is previewed
 * @param choice what computes all of its trials
 * @param scientific keys that are compared, in order
 * @param nuisance keys that are tuned, in order
 * @param variants what each comes to
 * @param slots workers that compute at the same time
 */
public record Preview(
        Study study,
        EngineChoice choice,
        List<String> scientific,
        List<String> nuisance,
        List<Part> variants,
        int slots) {
    public Preview {
        scientific = List.copyOf(scientific);
        nuisance = List.copyOf(nuisance);
        variants = List.copyOf(variants);
    }

    /**
     * One variant.
     *
     * @param variant its name in the study
     * @param length of a whole trial
     * @param searched trials of the search; 0: there is none
     * @param compared trials that are compared
     * @param images that are trained on, over all of its trials
     * @param multiplyAdds of all of its trials
     */
    public record Part(String variant, Length length, int searched, int compared, double images, double multiplyAdds) {
        /** {@return how many trials it has} */
        public int trials() {
            return searched + compared;
        }

        /** Multiply-adds of one image, forward and backward. */
        double multiplyAddsOfAnImage() {
            return multiplyAdds / images;
        }
    }

    /**
     * What one whole trial is.
     *
     * @param epochs that it is trained
     * @param workers that compute it
     * @param multiplyAdds that it takes
     * @param tested images of the test set, which each trial that is compared scores at the end
     */
    public record Length(int epochs, int workers, double multiplyAdds, long tested) {}

    /**
     * {@return what a study comes to that has not begun}
     *
     * @param resolved the study
     * @param slots workers that compute at the same time
     */
    public static Preview of(ResolvedStudy resolved, int slots) {
        Design design = resolved.design();
        long seed = design.study().seeds().values().get(0);
        List<Part> parts = new ArrayList<>();
        for (String variant : design.variants()) {
            Trial trial = resolved.trials().apply(Cell.of(variant, Optional.empty(), seed));
            int compared = design.study().seeds().values().size() * trialsOfASeed(design.study());
            long epochs = design.searchEpochs(trial.epochs()) + (long) compared * trial.epochs();
            parts.add(new Part(
                    variant,
                    new Length(
                            trial.epochs(),
                            trial.workers(),
                            trial.epochs() * trial.cost().multiplyAdds(),
                            resolved.testRows()),
                    design.searched(),
                    compared,
                    (double) epochs * trial.cost().images(),
                    epochs * trial.cost().multiplyAdds()));
        }
        return new Preview(
                design.study(),
                resolved.choice(),
                resolved.roles().scientific().stream().sorted().toList(),
                resolved.roles().nuisance().stream().sorted().toList(),
                parts,
                slots);
    }

    /** How many trials make the one score that a seed of a variant has. */
    static int trialsOfASeed(Study study) {
        return study.seeds().places().size() * study.validation().splits();
    }

    /** {@return how many trials there are} */
    public int trials() {
        return variants.stream().mapToInt(Part::trials).sum();
    }

    /** {@return multiply-adds of all trials} */
    public double multiplyAdds() {
        return variants.stream().mapToDouble(Part::multiplyAdds).sum();
    }

    /**
     * {@return multiply-adds of one worker over which the reading of the test set takes: trials read it one after the other, each by its
     * workers, and an image is only carried forward}
     */
    public double readingMultiplyAdds() {
        return variants.stream()
                .mapToDouble(part -> part.compared()
                        * (double) part.length().tested()
                        * part.multiplyAddsOfAnImage()
                        / Budget.PASSES
                        / part.length().workers())
                .sum();
    }

    /** {@return how many of them run at once, of those that need most workers} */
    public int atOnce() {
        int most = variants.stream()
                .mapToInt(part -> part.length().workers())
                .max()
                .orElse(1);
        return Math.min(trials(), slots / most);
    }

    /** {@return how many workers compute at once, while there are trials enough} */
    public int atOnceWorkers() {
        int most = variants.stream()
                .mapToInt(part -> part.length().workers())
                .max()
                .orElse(1);
        return atOnce() * most;
    }

    /** {@return how many pairs of variants are compared} */
    public int comparisons() {
        int others = variants.size() - 1;
        return study.baseline().isPresent() ? others : variants.size() * others / 2;
    }
}
