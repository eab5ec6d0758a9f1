package convoy.worker.data.pictures;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The structure of a JPEG file, ITU T.81 annex B: markers with lengths; the frame header SOFn; scans; and EOI at the end.
 *
 * @param header from the frame header
 * @param components 1 for grey, 3 for colour, 4 for CMYK
 * @param frame where the frame header begins
 * @param scan where the first scan's header begins
 * @param orientation from EXIF
 */
record JpegFile(ImageHeader header, int components, int frame, int scan, int orientation) {
    /** Encoders make at most some twenty. With thousands of empty ones a small file would keep a decoder busy for hours. */
    private static final int MOST_SCANS = 100;

    /** Where a download was cut off, some programs leave zeros up to the length that was expected. */
    private static final String FILLING = "\0\0\0\0\0\0\0\0";

    private static final int COEFFICIENTS = 64;
    private static final int SOS = 0xDA;
    private static final int EOI = 0xD9;

    static JpegFile read(FileBytes file) throws UndecodableException {
        int at = 2;
        int orientation = Exif.UPRIGHT;
        ImageHeader header = null;
        int components = 0;
        int frame = 0;
        while (true) {
            if (file.u8(at) != 0xFF) {
                throw new UndecodableException("is a garbled JPEG file (no marker at byte " + at + ")");
            }
            int marker = file.u8(at + 1);
            if (marker == 0xFF) {
                at++;
                continue;
            }
            boolean isFrame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (isFrame) {
                frame = at;
                components = file.u8(at + 9);
                header = ImageHeader.of(ImageHeader.Format.JPEG, file.u16(at + 5), file.u16(at + 7), components == 1);
            }
            if (marker == SOS) {
                break;
            }
            if (marker == EOI) {
                throw new UndecodableException("is a JPEG file without a picture");
            }
            if (isAlone(marker)) {
                at += 2;
                continue;
            }
            int length = Math.max(2, file.u16(at + 2));
            if (marker == 0xE1 && file.has(at + 4L, "Exif\0\0") && orientation == Exif.UPRIGHT) {
                orientation = Exif.orientation(file, at + 4L, Math.min(file.length(), at + 2L + length));
            }
            at += 2 + length;
        }
        if (header == null) {
            throw new UndecodableException("is a JPEG file without a frame header");
        }
        return new JpegFile(header, components, frame, at, orientation);
    }

    /** Whether no length follows: TEM, and the restart markers RSTn. */
    private static boolean isAlone(int marker) {
        return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
    }

    static Inspected inspect(FileBytes file) throws UndecodableException {
        JpegFile jpeg = read(file);
        EnumSet<Adjustment> adjustments = EnumSet.noneOf(Adjustment.class);
        if (jpeg.components == 4) {
            adjustments.add(Adjustment.CMYK);
        }
        jpeg.requireFewScans(file);
        byte[] whole = file.bytes();
        if (!jpeg.ends(file)) {
            if (file.has(file.length() - FILLING.length(), FILLING)) {
                throw FileBytes.cutOff();
            }
            jpeg.requireAllScans(file);
            whole = file.followedBy(0xFF, EOI);
            requireWholeScans(whole, jpeg.header);
            adjustments.add(Adjustment.NO_END);
        }
        return new Inspected(jpeg.header, whole, adjustments, jpeg.orientation);
    }

    private boolean ends(FileBytes file) throws UndecodableException {
        for (int i = file.length() - 2; i > scan; i--) {
            if (file.u8(i) == 0xFF && file.u8(i + 1) == EOI) {
                return true;
            }
        }
        return false;
    }

    private void requireFewScans(FileBytes file) throws UndecodableException {
        int scans = 0;
        for (int at = scan; at + 1 < file.length(); at++) {
            if (file.u8(at) == 0xFF && file.u8(at + 1) == SOS && ++scans > MOST_SCANS) {
                throw new UndecodableException("is a JPEG file of more than " + MOST_SCANS + " scans");
            }
            if (file.u8(at) == 0xFF && file.u8(at + 1) == EOI) {
                return;
            }
        }
    }

    /**
     * A progressive file that is cut between two scans shows all of the picture, coarsely. So each of the 64 coefficients of every
     * component must have been told to its last bit (T.81, section G.1.1.1).
     */
    private void requireAllScans(FileBytes file) throws UndecodableException {
        BitSet told = new BitSet();
        for (int at = scan; at + 4 < file.length(); at++) {
            if (file.u8(at) != 0xFF || file.u8(at + 1) != SOS) {
                continue;
            }
            int count = file.u8(at + 4);
            int band = at + 5 + 2 * count;
            boolean toTheLastBit = (file.u8(band + 2) & 0xF) == 0;
            for (int i = 0; i < count && toTheLastBit; i++) {
                for (int component = 0; component < components; component++) {
                    if (file.u8(frame + 10 + 3 * component) == file.u8(at + 5 + 2 * i)) {
                        int first = COEFFICIENTS * component;
                        told.set(
                                first + Math.min(file.u8(band), COEFFICIENTS),
                                first + Math.min(Math.max(file.u8(band), file.u8(band + 1)) + 1, COEFFICIENTS));
                    }
                }
            }
        }
        if (told.cardinality() < COEFFICIENTS * components) {
            throw FileBytes.cutOff();
        }
    }

    /**
     * Decoders fill what a cut scan lacks with grey, and only warn: OpenCV's warning reaches nobody, Java's does. It comes when
     * a bit is asked for that is not there, so that it tells a scan that lacks its last byte from one that lacks nothing.
     */
    private static void requireWholeScans(byte[] file, ImageHeader header) throws UndecodableException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        AtomicInteger warnings = new AtomicInteger();
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.addIIOReadWarningListener((source, warning) -> warnings.incrementAndGet());
            reader.setInput(in, true, true);
            ImageReadParam few = reader.getDefaultReadParam();
            // All is decoded; this saves memory for what comes out.
            few.setSourceSubsampling(Math.min(header.width(), 64), Math.min(header.height(), 64), 0, 0);
            reader.readRaster(0, few);
        } catch (IOException | RuntimeException e) {
            // The reader throws several unchecked ones of garbled files.
            throw new UndecodableException("is cut off: its end is missing, and what is there is garbled", e);
        } finally {
            reader.dispose();
        }
        if (warnings.get() > 0) {
            throw FileBytes.cutOff();
        }
    }
}
