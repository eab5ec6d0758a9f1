package convoy.worker.data.pictures;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;

/** The structure of a PNG file, the PNG specification, section 11: a signature, then chunks: IHDR first, IEND last. */
final class PngFile {
    static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

    /** Length 0, name, CRC. */
    private static final String END = "\0\0\0\0IEND\u00AEB`\u0082";

    private static final int FIRST_CHUNK = 8;
    /** Of a chunk: length, name and CRC. */
    private static final int AROUND = 12;

    private PngFile() {}

    static ImageHeader header(FileBytes file) throws UndecodableException {
        if (!file.has(FIRST_CHUNK + 4, "IHDR")) {
            throw file.length() < FIRST_CHUNK + 8
                    ? FileBytes.cutOff()
                    : new UndecodableException("is a garbled PNG file (no IHDR)");
        }
        int colour = file.u8(25);
        return ImageHeader.of(ImageHeader.Format.PNG, file.i32(20), file.i32(16), colour == 0 || colour == 4);
    }

    static Inspected inspect(FileBytes file) throws UndecodableException {
        ImageHeader header = header(file);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        int colour = file.u8(25);
        if (file.u8(24) == 16) {
            adjustments.add(Adjustment.SIXTEEN_BITS);
        }
        if (colour == 3) {
            adjustments.add(Adjustment.PALETTE);
        }
        if (colour == 4 || colour == 6) {
            adjustments.add(Adjustment.ALPHA_DROPPED);
        }
        int orientation = Exif.UPRIGHT;
        ByteArrayOutputStream still = new ByteArrayOutputStream(file.length() + AROUND);
        file.copy(0, FIRST_CHUNK, still);
        boolean pixels = false;
        long at = FIRST_CHUNK;
        while (true) {
            long end =
                    at + AROUND > file.length() ? Long.MAX_VALUE : at + AROUND + Integer.toUnsignedLong(file.i32(at));
            if (end > file.length()) {
                if (!pixels || !isPartOfEnd(file, at)) {
                    throw FileBytes.cutOff();
                }
                adjustments.add(Adjustment.NO_END);
                still.writeBytes(END.getBytes(StandardCharsets.ISO_8859_1));
                break;
            }
            // OpenCV leaves the still picture out where the frames of an animation do not count it among them.
            boolean moving = file.has(at + 4, "acTL") || file.has(at + 4, "fcTL") || file.has(at + 4, "fdAT");
            if (moving) {
                adjustments.add(Adjustment.FIRST_FRAME);
            } else {
                file.copy(at, end, still);
            }
            if (file.has(at + 4, "IEND")) {
                break;
            }
            if (file.has(at + 4, "tRNS")) {
                adjustments.add(Adjustment.ALPHA_DROPPED);
            }
            if (file.has(at + 4, "eXIf")) {
                orientation = Exif.orientation(file, at + 8, end - 4);
            }
            pixels |= file.has(at + 4, "IDAT");
            at = end;
        }
        boolean changed = adjustments.contains(Adjustment.NO_END) || adjustments.contains(Adjustment.FIRST_FRAME);
        return new Inspected(header, changed ? still.toByteArray() : file.bytes(), adjustments, orientation);
    }

    private static boolean isPartOfEnd(FileBytes file, long at) {
        int there = (int) (file.length() - at);
        return there < END.length() && file.has(at, END.substring(0, there));
    }
}
