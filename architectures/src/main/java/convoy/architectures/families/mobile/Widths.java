package convoy.architectures.families.mobile;

/** Channels of networks that come in several widths. */
final class Widths {

    private Widths() {}

    /**
     * The multiple of 8 nearest to a width, at least 8, and the next one where that would take away more than a tenth: the
     * rounding of MobileNet, MNASNet and EfficientNet.
     */
    static int multipleOf8(double width) {
        int rounded = Math.max(8, (int) (width + 4) / 8 * 8);
        return rounded < 0.9 * width ? rounded + 8 : rounded;
    }
}
