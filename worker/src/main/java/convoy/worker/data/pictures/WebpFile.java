package convoy.worker.data.pictures;

import java.util.EnumSet;

/**
 * The structure of a WebP file, RFC 9649, little-endian.
 *
 * <pre>
 *   "RIFF"   length of what follows (32 bits)   "WEBP"   chunks: name (4 bytes), length (32), bytes, one more if odd
 *   first chunk: "VP8X"  flags (8), 24 bits, width - 1 (24), height - 1 (24)
 *                "VP8 "  frame tag (24), 9D 01 2A, width (16, of which 14 count), height likewise
 *                "VP8L"  2F, width - 1 (14), height - 1 (14), alpha (1)
 * </pre>
 */
final class WebpFile {
    private static final int ANIMATED = 0x02;
    private static final int ALPHA = 0x10;

    private WebpFile() {}

    static ImageHeader header(FileBytes file) throws UndecodableException {
        if (file.has(12, "VP8X")) {
            return header(file.i32Little(27) & 0xFFFFFF, file.i32Little(24) & 0xFFFFFF);
        }
        if (file.has(12, "VP8L")) {
            int sides = file.i32Little(21);
            return header(sides >>> 14 & 0x3FFF, sides & 0x3FFF);
        }
        if (file.has(12, "VP8 ")) {
            return header((file.u16Little(28) & 0x3FFF) - 1, (file.u16Little(26) & 0x3FFF) - 1);
        }
        throw file.length() < 16
                ? FileBytes.cutOff()
                : new UndecodableException("is a garbled WebP file (no picture in its first chunk)");
    }

    private static ImageHeader header(int below, int right) throws UndecodableException {
        return ImageHeader.of(ImageHeader.Format.WEBP, below + 1, right + 1, false);
    }

    static Inspected inspect(FileBytes file) throws UndecodableException {
        ImageHeader header = header(file);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        long end = 8 + Integer.toUnsignedLong(file.i32Little(4));
        if (end > file.length()) {
            throw FileBytes.cutOff();
        }
        int orientation = Exif.UPRIGHT;
        if (file.has(12, "VP8L") && (file.i32Little(21) >>> 28 & 1) == 1) {
            adjustments.add(Adjustment.ALPHA_DROPPED);
        }
        if (file.has(12, "VP8X")) {
            if ((file.u8(20) & ALPHA) != 0) {
                adjustments.add(Adjustment.ALPHA_DROPPED);
            }
            if ((file.u8(20) & ANIMATED) != 0) {
                adjustments.add(Adjustment.FIRST_FRAME);
            }
            long at = 12;
            while (at + 8 <= end) {
                long length = Integer.toUnsignedLong(file.i32Little(at + 4));
                if (file.has(at, "EXIF")) {
                    orientation = Exif.orientation(file, at + 8, Math.min(end, at + 8 + length));
                }
                at += 8 + length + (length & 1);
            }
        }
        return new Inspected(header, file.bytes(), adjustments, orientation);
    }
}
