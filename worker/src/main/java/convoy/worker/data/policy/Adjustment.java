package convoy.worker.data.policy;

import convoy.worker.data.image.FloatImage;
import convoy.worker.data.pixels.Levels;
import convoy.worker.data.pixels.Neighbours;
import convoy.worker.data.pixels.Placement;
import convoy.worker.data.pixels.Tones;

/**
 * What a policy may choose for a picture, in torchvision's order ({@code RandAugment}, {@code TrivialAugmentWide}), with bilinear
 * interpolation and black beyond the edges.
 */
public enum Adjustment {
    /** Leaves it as it is. */
    IDENTITY,
    /** Shears along the rows; the topmost stays. */
    SHEAR_X,
    /** Shears along the columns; the leftmost stays. */
    SHEAR_Y,
    /** Shifts to the right, or to the left. */
    TRANSLATE_X,
    /** Shifts down, or up. */
    TRANSLATE_Y,
    /** Rotates about the middle. */
    ROTATE,
    /** Blends with black, or away from it. */
    BRIGHTNESS,
    /** Blends with the grey picture, or away from it. */
    COLOR,
    /** Blends with the mean grey, or away from it. */
    CONTRAST,
    /** Blends with the smoothed picture, or away from it. */
    SHARPNESS,
    /** Keeps only the upper bits. */
    POSTERIZE,
    /** Inverts what is bright. */
    SOLARIZE,
    /** Stretches each channel to all of [0, 1]. */
    AUTO_CONTRAST,
    /** Makes all levels of a channel about as common. */
    EQUALIZE;

    /** The strongest level; the weakest is 0. */
    public static final int STRONGEST = 30;

    /** How far the levels reach. */
    public enum Reach {
        /** RandAugment's: Cubuk, Zoph, Shlens, Le 2019, "RandAugment: Practical automated data augmentation", section 3. */
        USUAL(0.3, 150 / 331.0, 30, 0.9, 4),
        /** TrivialAugment's: Müller, Hutter 2021, "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", table 2. */
        WIDE(0.99, 0, 135, 0.99, 6);

        /** The most pixels of a shift whose reach is not a share of the picture. */
        private static final int PIXELS = 32;

        private final double shear;
        private final double shift;
        private final double degrees;
        private final double tone;
        private final int bits;

        Reach(double shear, double shift, double degrees, double tone, int bits) {
            this.shear = shear;
            this.shift = shift;
            this.degrees = degrees;
            this.tone = tone;
            this.bits = bits;
        }

        private double pixels(int side) {
            return shift > 0 ? shift * side : PIXELS;
        }
    }

    /**
     * Does it.
     *
     * @param image changed in place
     * @param reach of the levels
     * @param level from 0 to {@value #STRONGEST}
     * @param negative whether to the other side, for what has two
     */
    public void apply(FloatImage image, Reach reach, int level, boolean negative) {
        double share = level / (double) STRONGEST;
        double signed = negative ? -share : share;
        switch (this) {
            case IDENTITY -> {}
            case SHEAR_X -> shear(image, signed * reach.shear, true);
            case SHEAR_Y -> shear(image, signed * reach.shear, false);
            case TRANSLATE_X -> shift(image, (int) (signed * reach.pixels(image.width())), 0);
            case TRANSLATE_Y -> shift(image, 0, (int) (signed * reach.pixels(image.height())));
            case ROTATE -> Placement.place(image, -signed * reach.degrees, 0, 0, 1, 0, 0);
            case BRIGHTNESS -> Tones.brighten(image, 1 + signed * reach.tone);
            case COLOR -> Tones.saturate(image, 1 + signed * reach.tone);
            case CONTRAST -> Tones.contrast(image, 1 + signed * reach.tone);
            case SHARPNESS -> Neighbours.sharpen(image, 1 + signed * reach.tone);
            case POSTERIZE -> Levels.posterize(image, 8 - (int) Math.rint(share * reach.bits));
            case SOLARIZE -> Levels.solarize(image, 1 - share);
            case AUTO_CONTRAST -> Levels.stretch(image);
            case EQUALIZE -> Levels.equalize(image);
        }
    }

    private static void shift(FloatImage image, int right, int down) {
        Placement.place(image, 0, right, down, 1, 0, 0);
    }

    /** The middle is moved so that the first row or column stays where it is. */
    private static void shear(FloatImage image, double slope, boolean alongRows) {
        double degrees = StrictMath.toDegrees(StrictMath.atan(slope));
        if (alongRows) {
            Placement.place(image, 0, -slope * image.height() / 2, 0, 1, degrees, 0);
        } else {
            Placement.place(image, 0, 0, -slope * image.width() / 2, 1, 0, degrees);
        }
    }
}
