package convoy.jobs.study.preview;

import convoy.jobs.study.file.Study;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Design;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Trial;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
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
 * @param room where they run
 */
public record Preview(
        Study study,
        EngineChoice choice,
        List<String> scientific,
        List<String> nuisance,
        List<Part> variants,
        Room room) {
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
    }

    /**
     * What one whole trial is.
     *
     * @param epochs that it is trained
     * @param workers that compute it
     * @param multiplyAdds that it takes
     */
    public record Length(int epochs, int workers, double multiplyAdds) {}

    /**
     * Where a study runs.
     *
     * @param slots workers that compute at the same time
     * @param pace multiply-adds a second of one worker, as measured; empty: it was not measured
     */
    public record Room(int slots, Optional<Double> pace) {}

    /**
     * {@return what a study comes to that has not begun}
     *
     * @param resolved the study
     * @param room where its trials run
     */
    public static Preview of(ResolvedStudy resolved, Room room) {
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
                            trial.epochs() * trial.cost().multiplyAdds()),
                    design.points().size(),
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
                room);
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

    /** {@return how many of them run at once, of those that need most workers} */
    public int atOnce() {
        int most = variants.stream()
                .mapToInt(part -> part.length().workers())
                .max()
                .orElse(1);
        return Math.min(trials(), room.slots() / most);
    }

    /** How long it takes where every slot is busy, but no shorter than the longest way from a search to its comparison. */
    Optional<Duration> takes() {
        return room.pace().map(pace -> {
            double busy = multiplyAdds() / (pace * room.slots());
            double longest = variants.stream()
                    .mapToDouble(part -> (part.searched() > 0 ? 2 : 1)
                            * part.length().multiplyAdds()
                            / (pace * part.length().workers()))
                    .max()
                    .orElse(0);
            return Duration.ofSeconds((long) Math.ceil(Math.max(busy, longest)));
        });
    }

    /** {@return how many pairs of variants are compared} */
    public int comparisons() {
        int others = variants.size() - 1;
        return study.baseline().isPresent() ? others : variants.size() * others / 2;
    }
}
