package convoy.worker.data.pictures;

import java.util.EnumSet;

/**
 * The structure of a BMP file, little-endian: "BM", 12 bytes, then a header that begins with its length (32 bits): of 12 bytes with
 * width and height of 16 bits, or of 40 and more with 32 bits each. A height below zero says that the top row comes first.
 */
final class BmpFile {
    private static final int OLD_HEADER = 12;
    private static final int BIT_FIELDS = 3;

    private BmpFile() {}

    static ImageHeader header(FileBytes file) throws UndecodableException {
        boolean old = file.i32Little(14) == OLD_HEADER;
        int width = old ? file.u16Little(18) : file.i32Little(18);
        // Of the least number there is the absolute value is itself, below zero, and refused.
        int height = old ? file.u16Little(20) : Math.abs(file.i32Little(22));
        return ImageHeader.of(ImageHeader.Format.BMP, height, width, false);
    }

    /** The last row may lack what only fills it up to a multiple of four bytes, as other readers do without it. */
    static Inspected inspect(FileBytes file) throws UndecodableException {
        ImageHeader header = header(file);
        boolean old = file.i32Little(14) == OLD_HEADER;
        int bits = file.u16Little(old ? 24 : 28);
        int compression = old ? 0 : file.i32Little(30);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        byte[] whole = file.bytes();
        if (compression == 0 || compression == BIT_FIELDS) {
            long row = ((long) header.width() * bits + 31) / 32 * 4;
            long used = ((long) header.width() * bits + 7) / 8;
            long missing = Integer.toUnsignedLong(file.i32Little(10)) + row * header.height() - file.length();
            if (missing > row - used) {
                throw FileBytes.cutOff();
            }
            if (missing > 0) {
                whole = file.followedBy(new int[(int) missing]);
                adjustments.add(Adjustment.NO_END);
            }
        }
        return new Inspected(header, whole, adjustments, Exif.UPRIGHT);
    }
}
