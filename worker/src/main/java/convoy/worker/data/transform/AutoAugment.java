package convoy.worker.data.transform;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.policy.Adjustment;
import convoy.worker.data.policy.Adjustment.Reach;
import java.util.List;

/** Steps that choose at random from a policy's {@link Adjustment}s. They work on pixels in [0, 1] and round none between two. */
public sealed interface AutoAugment extends Transform permits AutoAugment.RandAugment, AutoAugment.TrivialAugment {
    @Override
    default Stage stage() {
        return Stage.PIXELS;
    }

    @Override
    default List<Transform> forEvaluation() {
        return List.of();
    }

    /**
     * {@return one of the adjustments, each as likely as any other}
     *
     * @param random what it is drawn from
     */
    private static Adjustment draw(RandomStream random) {
        List<Adjustment> all = List.of(Adjustment.values());
        return all.get(random.nextInt(all.size()));
    }

    /**
     * So many adjustments of one strength, one after the other, the same perhaps twice: Cubuk, Zoph, Shlens, Le 2019, "RandAugment:
     * Practical automated data augmentation with a reduced search space" (torchvision's {@code RandAugment}).
     *
     * @param operations how many
     * @param magnitude their level, from 0 to 30
     */
    record RandAugment(int operations, int magnitude) implements AutoAugment {
        private static final int MOST = 16;

        public RandAugment {
            if (operations < 1 || operations > MOST) {
                throw new BadInputException(Refusal.of("operations", operations)
                        .by("rand-augment")
                        .because(", must lie in [1, " + MOST + "]")
                        .instead("2 is usual"));
            }
            if (magnitude < 0 || magnitude > Adjustment.STRONGEST) {
                throw new BadInputException(Refusal.of("magnitude", magnitude)
                        .by("rand-augment")
                        .because(", must lie in [0, " + Adjustment.STRONGEST + "]")
                        .instead("9 is usual"));
            }
        }

        /** {@return torchvision's figures} */
        public static RandAugment defaults() {
            return new RandAugment(2, 9);
        }

        /** Draws for each an adjustment and a side. */
        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            for (int i = 0; i < operations; i++) {
                Adjustment adjustment = draw(random);
                boolean negative = random.nextInt(2) == 1;
                adjustment.apply(canvas.develop(), Reach.USUAL, magnitude, negative);
            }
        }
    }

    /**
     * One adjustment of random strength: Müller, Hutter 2021, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation",
     * with the wide ranges (torchvision's {@code TrivialAugmentWide}).
     */
    record TrivialAugment() implements AutoAugment {
        /** Draws an adjustment, a level and a side. */
        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            Adjustment adjustment = draw(random);
            int level = random.nextInt(Adjustment.STRONGEST + 1);
            boolean negative = random.nextInt(2) == 1;
            adjustment.apply(canvas.develop(), Reach.WIDE, level, negative);
        }
    }
}
