package convoy.worker.data.pictures;

import convoy.records.text.Shown;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.zip.CRC32;

/** The structure of a PNG file, the PNG specification, section 11: a signature, then chunks: IHDR first, IEND last. */
final class PngFile {
    static final String SIGNATURE = "\u0089PNG\r\n\u001A\n";

    /** Length 0, name, CRC. */
    private static final String END = "\0\0\0\0IEND\u00AEB`\u0082";

    private static final int FIRST_CHUNK = 8;
    /** Of a chunk: length, name and CRC. */
    private static final int AROUND = 12;
    /** Of pixels, which are numbers of colours in PLTE. */
    private static final int INDEXED = 3;

    private static final int MOST_COLOURS = 256;
    /** In the first letter of a chunk's name: who does not know it may leave it out. */
    private static final int OPTIONAL = 0x20;
    /** What libpng reads. */
    private static final int LONGEST_SIDE = 1_000_000;

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

    /** Takes {@code bytes[from, from + length)}. */
    @FunctionalInterface
    interface Taker {
        void take(byte[] bytes, int from, int length);
    }

    /**
     * Hands on what the pixels of the still picture follow from, IHDR, PLTE, tRNS, IDAT and IEND, once it is known to be whole and
     * allowed: a decoder has nothing to say of that.
     *
     * @throws UndecodableException if something of it is missing, damaged or not allowed
     */
    static void bare(FileBytes file, Taker to) throws UndecodableException {
        ImageHeader header = header(file);
        int colour = file.u8(25);
        requireKnown(file, header);
        to.take(file.bytes(), file.from(), FIRST_CHUNK);
        int colours = 0;
        boolean pixels = false;
        long at = FIRST_CHUNK;
        while (!file.has(at + 4, "IEND")) {
            long length = Integer.toUnsignedLong(file.i32(at));
            long end = at + AROUND + length;
            if (end > file.length()) {
                throw FileBytes.cutOff();
            }
            boolean needed = at == FIRST_CHUNK;
            if (file.has(at + 4, "IDAT")) {
                if (colour == INDEXED && colours == 0) {
                    throw new UndecodableException("is a garbled PNG file (no PLTE)");
                }
                needed = true;
                pixels = true;
            } else if (file.has(at + 4, "PLTE")) {
                // In front of other kinds of pixels it is a suggestion.
                needed = colour == INDEXED && colours == 0 && !pixels;
                if (needed && (length == 0 || length % 3 != 0 || length > 3 * MOST_COLOURS)) {
                    throw new UndecodableException("is a garbled PNG file (PLTE of " + length + ")");
                }
                // Some encoders write more than the depth can number.
                colours = Math.min((int) (length / 3), 1 << Math.min(file.u8(24), 8));
            } else if (file.has(at + 4, "tRNS")) {
                needed = colour == INDEXED && length > 0 && length <= colours && !pixels && sumFits(file, at, end);
            } else if ((file.u8(at + 4) & OPTIONAL) == 0 && !needed) {
                throw new UndecodableException("is a PNG file with a chunk that is not read (" + name(file, at) + ")");
            }
            if (needed) {
                if (!sumFits(file, at, end)) {
                    throw new UndecodableException(
                            "is a garbled PNG file (the checksum of " + name(file, at) + " does not fit)");
                }
                to.take(file.bytes(), file.from() + (int) at, (int) (end - at));
            }
            at = end;
        }
        if (!pixels) {
            throw new UndecodableException("is a PNG file without a picture");
        }
        to.take(END.getBytes(StandardCharsets.ISO_8859_1), 0, END.length());
    }

    /** The kinds of pixels of table 11.1, and the methods that there are. */
    private static void requireKnown(FileBytes file, ImageHeader header) throws UndecodableException {
        int depth = file.u8(24);
        String depths =
                switch (file.u8(25)) {
                    case 0 -> "1 2 4 8 16";
                    case INDEXED -> "1 2 4 8";
                    case 2, 4, 6 -> "8 16";
                    default -> "";
                };
        boolean known = List.of(depths.split(" ")).contains(Integer.toString(depth));
        if (!known || file.i32(FIRST_CHUNK) != 13 || file.u8(26) != 0 || file.u8(27) != 0 || file.u8(28) > 1) {
            throw new UndecodableException("is a garbled PNG file (IHDR)");
        }
        if (Math.max(header.height(), header.width()) > LONGEST_SIDE) {
            throw new UndecodableException("has " + header.width() + " x " + header.height()
                    + " pixels; a PNG file has at most " + LONGEST_SIDE + " a side");
        }
    }

    private static String name(FileBytes file, long at) {
        return Shown.name(new String(file.bytes(), file.from() + (int) at + 4, 4, StandardCharsets.ISO_8859_1));
    }

    private static boolean sumFits(FileBytes file, long at, long end) throws UndecodableException {
        CRC32 sum = new CRC32();
        sum.update(file.bytes(), file.from() + (int) at + 4, (int) (end - at) - 8);
        return (int) sum.getValue() == file.i32(end - 4);
    }

    private static boolean isPartOfEnd(FileBytes file, long at) {
        int there = (int) (file.length() - at);
        return there < END.length() && file.has(at, END.substring(0, there));
    }
}
