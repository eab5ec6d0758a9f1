package convoy.worker.data;

/**
 * What the first bytes of a JPEG or PNG file say, read without decoding it.
 *
 * @param format of the file
 * @param height in pixels
 * @param width in pixels
 * @param grey whether it holds one channel of grey, with or without transparency
 */
public record ImageHeader(Format format, int height, int width, boolean grey) {
    /** Larger pictures are refused: they are mistakes or attacks, and would take gigabytes. */
    private static final long MOST_PIXELS = 100_000_000;

    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int PNG_IHDR = 0x49484452;
    private static final int PNG_IEND = 0x49454E44;

    /** The formats that can be decoded. */
    public enum Format {
        JPEG,
        PNG
    }

    /**
     * Reads the header of the file {@code bytes[from, from + length)} and looks whether its end is there.
     *
     * @throws UndecodableException if it is neither a JPEG nor a PNG file, is cut off, or is too large
     */
    public static ImageHeader read(byte[] bytes, int from, int length) throws UndecodableException {
        Reader reader = new Reader(bytes, from, from + length);
        ImageHeader header;
        if (length >= 3 && reader.u8(from) == 0xFF && reader.u8(from + 1) == 0xD8 && reader.u8(from + 2) == 0xFF) {
            header = reader.jpeg();
        } else if (length >= 8
                && reader.i32(from) == (int) (PNG_SIGNATURE >>> 32)
                && reader.i32(from + 4) == (int) PNG_SIGNATURE) {
            header = reader.png();
        } else {
            throw new UndecodableException(length == 0 ? "is empty" : "is neither a JPEG nor a PNG file");
        }
        if (header.height < 1 || header.width < 1 || (long) header.height * header.width > MOST_PIXELS) {
            throw new UndecodableException("has " + header.width + " x " + header.height + " pixels; between 1 and "
                    + MOST_PIXELS + " are read");
        }
        return header;
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Reader(byte[] bytes, int from, int end) {
        int u8(int at) throws UndecodableException {
            if (at >= end) {
                throw cutOff();
            }
            return bytes[at] & 0xFF;
        }

        int u16(int at) throws UndecodableException {
            return u8(at) << 8 | u8(at + 1);
        }

        int i32(int at) throws UndecodableException {
            return u16(at) << 16 | u16(at + 2);
        }

        /** ITU T.81 annex B: markers with lengths; the frame header SOFn; the scan; and EOI at the end. */
        ImageHeader jpeg() throws UndecodableException {
            int at = from + 2;
            ImageHeader header = null;
            while (true) {
                if (u8(at) != 0xFF) {
                    throw new UndecodableException("is a garbled JPEG file (no marker at byte " + (at - from) + ")");
                }
                int marker = u8(at + 1);
                if (marker == 0xFF) {
                    at++;
                    continue;
                }
                boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
                if (frame) {
                    header = new ImageHeader(Format.JPEG, u16(at + 5), u16(at + 7), u8(at + 9) == 1);
                }
                if (marker == 0xDA) {
                    break;
                }
                if (marker == 0xD9) {
                    throw new UndecodableException("is a JPEG file without a picture");
                }
                boolean alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
                at += alone ? 2 : 2 + Math.max(2, u16(at + 2));
            }
            if (header == null) {
                throw new UndecodableException("is a JPEG file without a frame header");
            }
            // Decoders fill what is missing with grey and only warn, so the end is looked for here.
            for (int i = end - 2; i > at; i--) {
                if ((bytes[i] & 0xFF) == 0xFF && (bytes[i + 1] & 0xFF) == 0xD9) {
                    return header;
                }
            }
            throw cutOff();
        }

        /** The PNG specification, section 11: IHDR first; IEND last. */
        ImageHeader png() throws UndecodableException {
            if (i32(from + 12) != PNG_IHDR) {
                throw new UndecodableException("is a garbled PNG file (no IHDR)");
            }
            int colour = u8(from + 25);
            ImageHeader header =
                    new ImageHeader(Format.PNG, i32(from + 20), i32(from + 16), colour == 0 || colour == 4);
            long at = from + 8L;
            while (at + 8 <= end) {
                if (i32((int) at + 4) == PNG_IEND) {
                    return header;
                }
                at += 12L + Integer.toUnsignedLong(i32((int) at));
            }
            throw cutOff();
        }

        private static UndecodableException cutOff() {
            return new UndecodableException("is cut off: its end is missing");
        }
    }
}
