package convoy.worker.data.pictures;

import java.util.EnumSet;

/**
 * Makes of a picture file that comes from outside one that a data set can hold. JPEG and PNG files stay as they are, but for an
 * end that is missing, frames after the first and a turn; what else is read becomes a PNG file of the same pixels. Holds native
 * memory; for one thread at a time.
 */
public final class PictureIntake implements AutoCloseable {
    private final Orientation orientation;
    private final Use use;
    private final ImageDecoder decoder = new ImageDecoder();

    /** What becomes of the files. */
    public enum Use {
        /** They are kept, so that bytes count. */
        KEPT,
        /** They are decoded at once, so that time counts. */
        DECODED
    }

    /**
     * @param orientation whether to turn what a camera noted as turned; that makes a PNG file of a JPEG file
     * @param use of the files
     */
    public PictureIntake(Orientation orientation, Use use) {
        this.orientation = orientation;
        this.use = use;
    }

    /**
     * Looks at one file. Whether JPEG and PNG files can be decoded is seen only when somebody does.
     *
     * @param bytes a whole file
     * @return the picture as a data set can hold it
     * @throws UndecodableException if it is no picture of a format that is read, or is cut off
     */
    public StoredPicture take(byte[] bytes) throws UndecodableException {
        Inspected file = Inspected.of(bytes);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        adjustments.addAll(file.adjustments());
        boolean turned = file.orientation() != Exif.UPRIGHT;
        boolean turns = turned && orientation == Orientation.UPRIGHT;
        if (turned) {
            adjustments.add(turns ? Adjustment.TURNED : Adjustment.LEFT_TURNED);
        }
        boolean plain = isPlain(file.header());
        if (plain && !turns) {
            return new StoredPicture(file.file(), file.header(), file.header().format(), adjustments);
        }
        if (!plain && use == Use.KEPT) {
            adjustments.add(Adjustment.STORED_AS_PNG);
        }
        return redrawn(file, adjustments, turns ? file.orientation() : Exif.UPRIGHT);
    }

    private static boolean isPlain(ImageHeader header) {
        return switch (header.format()) {
            case JPEG, PNG -> true;
            case GIF, BMP, WEBP -> false;
        };
    }

    private StoredPicture redrawn(Inspected file, EnumSet<Adjustment> adjustments, int turn)
            throws UndecodableException {
        ImageHeader header = file.header();
        int channels = header.grey() ? 1 : 3;
        decoder.decode(file.file(), 0, file.file().length, channels);
        requireSize(decoder, header);
        byte[] pixels = decoder.pixels();
        if (channels == 3 && !isPlain(header) && isGrey(pixels)) {
            pixels = firstOfThree(pixels);
            channels = 1;
        }
        int height = header.height();
        int width = header.width();
        if (turn != Exif.UPRIGHT) {
            pixels = Exif.upright(pixels, height, width, channels, turn);
        }
        if (Exif.swapsSides(turn)) {
            height = header.width();
            width = header.height();
        }
        byte[] png = PngWriter.write(pixels, height, width, channels, use);
        ImageHeader drawn = new ImageHeader(ImageHeader.Format.PNG, height, width, channels == 1);
        return new StoredPicture(png, drawn, header.format(), adjustments);
    }

    /**
     * Refuses a picture that came out in another size than its header says.
     *
     * @param decoded has just decoded it
     * @param header of the same file
     * @throws UndecodableException if so
     */
    public static void requireSize(ImageDecoder decoded, ImageHeader header) throws UndecodableException {
        if (decoded.height() != header.height() || decoded.width() != header.width()) {
            throw new UndecodableException("has " + decoded.width() + " x " + decoded.height()
                    + " pixels, its header says " + header.width() + " x " + header.height());
        }
    }

    private static boolean isGrey(byte[] mixed) {
        for (int i = 0; i < mixed.length; i += 3) {
            if (mixed[i] != mixed[i + 1] || mixed[i] != mixed[i + 2]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] firstOfThree(byte[] mixed) {
        byte[] first = new byte[mixed.length / 3];
        for (int i = 0; i < first.length; i++) {
            first[i] = mixed[3 * i];
        }
        return first;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
