package convoy.architectures.tensor;

import convoy.records.BadInputException;
import convoy.records.text.Counts;

/** What flows along an edge of a network, for one example: the batch dimension is left out. */
public sealed interface Shape {
    /** {@return the number of scalars of one example} */
    int size();

    /** {@return the number of an image's channels, or of a vector's features: what a norm has one mean of} */
    int channels();

    /**
     * Planes of pixels or features, {@code [channels, height, width]}, row-major.
     *
     * <p>Its text form is {@code 3x224x224}.
     *
     * @param channels at least 1
     * @param height in pixels, at least 1
     * @param width in pixels, at least 1
     */
    record Image(int channels, int height, int width) implements Shape {
        public Image {
            if (channels < 1 || height < 1 || width < 1) {
                throw new BadInputException("shape " + channels + "x" + height + "x" + width
                        + " has an extent below 1; every one of channels x height x width must be at least 1");
            }
            if ((long) channels * height > Integer.MAX_VALUE || (long) channels * height * width > Integer.MAX_VALUE) {
                throw new BadInputException("shape " + channels + "x" + height + "x" + width
                        + " has more than 2,147,483,647 scalars; use smaller images");
            }
        }

        /**
         * Reads {@code channels x height x width}, for example {@code 3x224x224}.
         *
         * @param text three whole numbers
         * @return the shape
         * @throws BadInputException if the text is not of that form
         */
        public static Image parse(String text) {
            String[] parts = text.strip().split("x", -1);
            if (parts.length != 3) {
                throw unreadable(text);
            }
            try {
                return new Image(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
            } catch (NumberFormatException e) {
                throw unreadable(text);
            }
        }

        private static BadInputException unreadable(String text) {
            return new BadInputException(
                    "input = " + text.strip() + " is no shape; write channels x height x width, for example 3x224x224");
        }

        @Override
        public int size() {
            return channels * height * width;
        }

        @Override
        public String toString() {
            return channels + "x" + height + "x" + width;
        }
    }

    /**
     * Features without place, {@code [features]}. Its text form is the number alone.
     *
     * @param features at least 1
     */
    record Vector(int features) implements Shape {
        public Vector {
            if (features < 1) {
                throw new BadInputException(
                        "a vector of " + Counts.plain(features, "feature") + "; it must have at least 1");
            }
        }

        @Override
        public int size() {
            return features;
        }

        @Override
        public int channels() {
            return features;
        }

        @Override
        public String toString() {
            return Integer.toString(features);
        }
    }
}
