package convoy.worker.data.pictures;

import java.io.ByteArrayOutputStream;
import java.util.EnumSet;

/**
 * The structure of a GIF file (CompuServe 1990), little-endian.
 *
 * <pre>
 *   "GIF89a"   width, height (16 bits)   flags, background, aspect (8)   [palette]
 *   blocks: 0x21 kind (8) data                                               extension
 *           0x2C left, top, width, height (16) flags (8) [palette] size of codes (8) data   a frame
 *           0x3B                                                              the end
 *   data: {length (8), bytes} until a length of 0
 * </pre>
 *
 * <p>Only the first frame is handed on, without what says that a colour of its palette is transparent: so Pillow shows it in
 * red, green and blue.
 */
final class GifFile {
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;
    private static final int END = 0x3B;
    private static final int GRAPHIC_CONTROL = 0xF9;
    private static final int BACKGROUND = 11;
    private static final int FIRST_PALETTE = 13;

    private GifFile() {}

    static ImageHeader header(FileBytes file) throws UndecodableException {
        return ImageHeader.of(ImageHeader.Format.GIF, file.u16Little(8), file.u16Little(6), false);
    }

    static Inspected inspect(FileBytes file) throws UndecodableException {
        ImageHeader header = header(file);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        int shared = palette(file.u8(10));
        long at = (long) FIRST_PALETTE + shared;
        while (file.u8(at) == EXTENSION) {
            if (file.u8(at + 1) == GRAPHIC_CONTROL && (file.u8(at + 3) & 1) == 1) {
                adjustments.add(Adjustment.ALPHA_DROPPED);
            }
            at = afterData(file, at + 2);
        }
        if (file.u8(at) == END) {
            throw new UndecodableException("is a GIF file without a picture");
        }
        if (file.u8(at) != FRAME) {
            throw new UndecodableException("is a garbled GIF file (no block at byte " + at + ")");
        }
        int own = palette(file.u8(at + 9));
        if (own == 0 && shared == 0) {
            throw new UndecodableException("is a GIF file without a palette");
        }
        ByteArrayOutputStream still = new ByteArrayOutputStream(file.length());
        file.copy(0, BACKGROUND, still);
        // Beyond the palette it is no colour; OpenCV refuses that, others do not care.
        still.write(file.u8(BACKGROUND) < shared / 3 ? file.u8(BACKGROUND) : 0);
        file.copy(BACKGROUND + 1L, FIRST_PALETTE + (long) shared, still);
        long data = at + 10 + own + 1;
        long end = data;
        while (end < file.length() && file.u8(end) > 0) {
            end += 1 + file.u8(end);
        }
        if (end > file.length()) {
            throw FileBytes.cutOff();
        }
        file.copy(at, end, still);
        still.write(0);
        still.write(END);
        if (end + 1 >= file.length()) {
            adjustments.add(Adjustment.NO_END);
        } else if (hasFrame(file, end + 1)) {
            adjustments.add(Adjustment.FIRST_FRAME);
        }
        return new Inspected(header, still.toByteArray(), adjustments, Exif.UPRIGHT);
    }

    /** Bytes of the palette that these flags announce. */
    private static int palette(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));
    }

    private static long afterData(FileBytes file, long at) throws UndecodableException {
        long next = at;
        while (file.u8(next) > 0) {
            next += 1 + file.u8(next);
        }
        return next + 1;
    }

    private static boolean hasFrame(FileBytes file, long from) {
        try {
            long at = from;
            while (file.u8(at) == EXTENSION) {
                at = afterData(file, at + 2);
            }
            return file.u8(at) == FRAME;
        } catch (UndecodableException cutOff) {
            // What comes after the first frame is not read.
            return false;
        }
    }
}
