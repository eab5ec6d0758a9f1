package convoy.worker.data;

import convoy.architectures.RandomStream;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.worker.data.pictures.UndecodableException;
import java.util.List;

/** One step from a stored picture to a network's input. The random ones draw from the row's own stream. */
public sealed interface Transform
        permits Transform.Normalize,
                Transform.Pad,
                Transform.PadCrop,
                Transform.Flip,
                Transform.Resize,
                Transform.CenterCrop,
                Transform.RandomResizedCrop,
                RandomAffine,
                ColorJitter,
                RandomGrayscale,
                GaussianNoise,
                GlobalContrastNormalization,
                Zca,
                RandomErasing {
    /** When a step may come: stages follow each other as they stand here. */
    enum Stage {
        /** Scales pixels as they are stored. */
        SCALING,
        /** Changes pixels in [0, 1]. */
        PIXELS,
        /** Takes pixels in [0, 1] to what the network is fed with. */
        NORMALIZATION,
        /** Changes what is normalized. */
        ERASING,
        /** Moves values about, whatever they are: at any time. */
        PLACEMENT
    }

    /** When this step may come. */
    Stage stage();

    /** Does it to the picture, or lets the canvas remember to do it when the pixels are wanted. */
    void apply(Canvas canvas, RandomStream random) throws UndecodableException;

    /** The size after this step of pictures that had that size before. */
    Extent after(Extent before);

    /** What takes this step's place when a network is evaluated: itself, if nothing about it is random. */
    List<Transform> forEvaluation();

    /**
     * Height and width in pixels; {@code 0} where they differ from picture to picture.
     *
     * @param height of all pictures, or 0
     * @param width of all pictures, or 0
     */
    record Extent(int height, int width) {}

    /**
     * {@code (pixel / 255 - mean) / std} for each channel. Where it is left out, and nothing else normalizes, it is added
     * with the data set's own figures: at the end, or before the first random erasing.
     *
     * @param mean of each channel, of pixels scaled to [0, 1]; empty for the data set's
     * @param std of each channel, likewise
     */
    record Normalize(List<Double> mean, List<Double> std) implements Transform {
        public Normalize {
            mean = List.copyOf(mean);
            std = List.copyOf(std);
            if (mean.size() != std.size()) {
                throw new BadInputException(Refusal.of("mean")
                        .by("normalize")
                        .because("has " + mean.size() + " values and std has " + std.size(), "std")
                        .instead("give each one for every channel, or neither"));
            }
            for (double deviation : std) {
                if (!(deviation > 0)) {
                    throw new BadInputException(
                            Refusal.of("std", deviation).by("normalize").because(", must be above 0"));
                }
            }
        }

        /** What each byte becomes, {@code [channel][byte]}, in single precision as PyTorch rounds it. */
        float[][] table() {
            float[][] table = new float[mean.size()][256];
            for (int c = 0; c < table.length; c++) {
                float m = mean.get(c).floatValue();
                float s = std.get(c).floatValue();
                for (int b = 0; b < 256; b++) {
                    table[c][b] = (b / 255f - m) / s;
                }
            }
            return table;
        }

        /** The same of values in [0, 1]. */
        void apply(FloatImage image) {
            float[] values = image.values();
            int plane = image.plane();
            for (int c = 0; c < image.channels; c++) {
                float m = mean.get(c).floatValue();
                float s = std.get(c).floatValue();
                for (int i = c * plane; i < (c + 1) * plane; i++) {
                    values[i] = (values[i] - m) / s;
                }
            }
        }

        /** The data set's own mean and standard deviation. */
        public static Normalize defaults() {
            return new Normalize(List.of(), List.of());
        }

        @Override
        public Stage stage() {
            return Stage.NORMALIZATION;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) {
            canvas.normalize(this);
        }

        @Override
        public Extent after(Extent before) {
            return before;
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of(this);
        }
    }

    /**
     * Adds a black border.
     *
     * @param padding its width in pixels, on all four sides
     */
    record Pad(int padding) implements Transform {
        public Pad {
            atLeast("pad", "padding", padding);
        }

        /** From 28 to 32 pixels, as LeNet-5 takes its digits. */
        public static Pad defaults() {
            return new Pad(2);
        }

        @Override
        public Stage stage() {
            return Stage.PLACEMENT;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            canvas.crop(-padding, -padding, canvas.height() + 2 * padding, canvas.width() + 2 * padding);
        }

        @Override
        public Extent after(Extent before) {
            return new Extent(
                    before.height() == 0 ? 0 : before.height() + 2 * padding,
                    before.width() == 0 ? 0 : before.width() + 2 * padding);
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of(this);
        }
    }

    /**
     * Adds a black border and cuts out a piece of the former size at a random place.
     *
     * @param padding the width of the border in pixels
     */
    record PadCrop(int padding) implements Transform {
        public PadCrop {
            atLeast("pad-crop", "padding", padding);
        }

        /** Four pixels, as is usual for CIFAR. */
        public static PadCrop defaults() {
            return new PadCrop(4);
        }

        @Override
        public Stage stage() {
            return Stage.PLACEMENT;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            int down = random.nextInt(2 * padding + 1) - padding;
            int right = random.nextInt(2 * padding + 1) - padding;
            canvas.crop(down, right, canvas.height(), canvas.width());
        }

        @Override
        public Extent after(Extent before) {
            return before;
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of();
        }
    }

    /**
     * Mirrors left and right, sometimes.
     *
     * @param probability in [0, 1]
     */
    record Flip(double probability) implements Transform {
        public Flip {
            Probability.check("flip", probability);
        }

        /** Every other time. */
        public static Flip defaults() {
            return new Flip(0.5);
        }

        @Override
        public Stage stage() {
            return Stage.PLACEMENT;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            if (random.nextDouble() < probability) {
                canvas.flip();
            }
        }

        @Override
        public Extent after(Extent before) {
            return before;
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of();
        }
    }

    /**
     * Scales so that the shorter side gets that length and the proportions stay; bilinear with antialiasing, the pixels
     * that Pillow and so torchvision's evaluation would give.
     *
     * @param side the length of the shorter side, in pixels
     */
    record Resize(int side) implements Transform {
        public Resize {
            atLeast("resize", "side", side);
        }

        /** 256, before a centre crop of 224. */
        public static Resize defaults() {
            return new Resize(256);
        }

        @Override
        public Stage stage() {
            return Stage.SCALING;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            Extent to = after(new Extent(canvas.height(), canvas.width()));
            canvas.resize(to.height(), to.width());
        }

        @Override
        public Extent after(Extent before) {
            if (before.height() == 0 || before.width() == 0) {
                return before;
            }
            // torchvision cuts the longer side down to a whole number.
            return before.height() <= before.width()
                    ? new Extent(side, (int) ((long) side * before.width() / before.height()))
                    : new Extent((int) ((long) side * before.height() / before.width()), side);
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of(this);
        }
    }

    /**
     * Cuts out a square from the middle, with a black border where the picture is smaller.
     *
     * @param side its length in pixels
     */
    record CenterCrop(int side) implements Transform {
        public CenterCrop {
            atLeast("center-crop", "side", side);
        }

        /** 224, after a resize to 256. */
        public static CenterCrop defaults() {
            return new CenterCrop(224);
        }

        @Override
        public Stage stage() {
            return Stage.PLACEMENT;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            // rint, because torchvision rounds halves to even.
            int top = (int) Math.rint((canvas.height() - side) / 2.0);
            int left = (int) Math.rint((canvas.width() - side) / 2.0);
            canvas.crop(top, left, side, side);
        }

        @Override
        public Extent after(Extent before) {
            return new Extent(side, side);
        }

        @Override
        public List<Transform> forEvaluation() {
            return List.of(this);
        }
    }

    /**
     * Cuts out a random rectangle and scales it to a square (Szegedy et al. 2014, "Going Deeper with Convolutions",
     * section 6; drawn as torchvision draws it: ten tries, then the middle).
     *
     * @param side the length of the square, in pixels
     * @param minScale the least share of the picture's area
     * @param maxScale the largest
     * @param minRatio the least ratio of width to height
     * @param maxRatio the largest
     */
    record RandomResizedCrop(int side, double minScale, double maxScale, double minRatio, double maxRatio)
            implements Transform {
        private static final int TRIES = 10;

        public RandomResizedCrop {
            atLeast("random-resized-crop", "side", side);
            if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
                throw new BadInputException(Refusal.of("min-scale", minScale)
                        .by("random-resized-crop")
                        .because(
                                ", max-scale = " + maxScale + ", must be 0 < min-scale <= max-scale <= 1",
                                "max-scale"));
            }
            if (!(minRatio > 0 && minRatio <= maxRatio && maxRatio < Double.POSITIVE_INFINITY)) {
                throw new BadInputException(Refusal.of("min-ratio", minRatio)
                        .by("random-resized-crop")
                        .because(", max-ratio = " + maxRatio + ", must be 0 < min-ratio <= max-ratio", "max-ratio"));
            }
        }

        /** What is usual for ImageNet. */
        public static RandomResizedCrop defaults() {
            return new RandomResizedCrop(224, 0.08, 1, 3.0 / 4, 4.0 / 3);
        }

        @Override
        public Stage stage() {
            return Stage.SCALING;
        }

        @Override
        public void apply(Canvas canvas, RandomStream random) throws UndecodableException {
            int height = canvas.height();
            int width = canvas.width();
            double logMin = StrictMath.log(minRatio);
            double logMax = StrictMath.log(maxRatio);
            for (int i = 0; i < TRIES; i++) {
                double area = (double) height * width * (minScale + (maxScale - minScale) * random.nextDouble());
                double ratio = StrictMath.exp(logMin + (logMax - logMin) * random.nextDouble());
                int w = (int) Math.rint(Math.sqrt(area * ratio));
                int h = (int) Math.rint(Math.sqrt(area / ratio));
                if (w > 0 && w <= width && h > 0 && h <= height) {
                    int top = random.nextInt(height - h + 1);
                    int left = random.nextInt(width - w + 1);
                    canvas.resizedCrop(top, left, h, w, side);
                    return;
                }
            }
            int w = width;
            int h = height;
            if ((double) width / height < minRatio) {
                h = Math.min(height, (int) Math.rint(width / minRatio));
            } else if ((double) width / height > maxRatio) {
                w = Math.min(width, (int) Math.rint(height * maxRatio));
            }
            canvas.resizedCrop((height - h) / 2, (width - w) / 2, h, w, side);
        }

        @Override
        public Extent after(Extent before) {
            return new Extent(side, side);
        }

        /** The centre of the picture at the usual 8/7 of the size: 256 before 224. */
        @Override
        public List<Transform> forEvaluation() {
            return List.of(new Resize((int) Math.rint(side * 8 / 7.0)), new CenterCrop(side));
        }
    }

    private static void atLeast(String kind, String name, int value) {
        if (value < 1) {
            throw new BadInputException(Refusal.of(name, value).by(kind).because(", must be at least 1"));
        }
    }
}
