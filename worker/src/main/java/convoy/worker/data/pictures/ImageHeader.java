package convoy.worker.data.pictures;

import convoy.worker.signature.FileFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the first bytes of a picture file say, read without decoding it.
 *
 * @param format of the file
 * @param height in pixels
 * @param width in pixels
 * @param grey whether it is known to hold one channel of grey, with or without transparency
 */
public record ImageHeader(Format format, int height, int width, boolean grey) {
    /** Larger pictures are refused: they are mistakes or attacks, and would take gigabytes. */
    private static final long MOST_PIXELS = 100_000_000;

    /** The formats that can be decoded. */
    public enum Format {
        /** ITU-T T.81. */
        JPEG,
        /** ISO/IEC 15948. */
        PNG,
        /** GIF87a and GIF89a, of which the first picture counts. */
        GIF,
        /** Of Windows and OS/2. */
        BMP,
        /** RFC 9649. */
        WEBP;

        private static final Map<FileFormat, Format> READ = Map.of(
                FileFormat.JPEG,
                JPEG,
                FileFormat.PNG,
                PNG,
                FileFormat.GIF,
                GIF,
                FileFormat.BMP,
                BMP,
                FileFormat.WEBP,
                WEBP);

        /**
         * {@return what a file's name promises; empty where it promises none of these}
         *
         * @param name with its ending
         */
        public static Optional<Format> ofName(String name) {
            return switch (name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
                case "jpg", "jpeg", "jpe", "jfif" -> Optional.of(JPEG);
                case "png" -> Optional.of(PNG);
                case "gif" -> Optional.of(GIF);
                case "bmp" -> Optional.of(BMP);
                case "webp" -> Optional.of(WEBP);
                default -> Optional.empty();
            };
        }

        /** What a file holds, whatever it is called. */
        static Format of(FileBytes file) throws UndecodableException {
            FileFormat format = FileFormat.of(file.bytes(), file.from(), file.length());
            Optional<Format> read = Optional.ofNullable(READ.get(format));
            return read.orElseThrow(() -> other(format));
        }

        /** What a file is of none of the formats that are read, and what to do. */
        private static UndecodableException other(FileFormat format) {
            if (format == FileFormat.EMPTY) {
                return new UndecodableException("is empty");
            }
            if (format == FileFormat.UNKNOWN) {
                return new UndecodableException("is of an unknown format, none of JPEG, PNG, GIF, BMP and WebP");
            }
            String advice = format.remedy().isEmpty() ? "" : ": " + format.remedy();
            return new UndecodableException("is " + format.text()
                    + (format.family() == FileFormat.Family.OTHER_PICTURE
                            ? ", which is not read: convert it to PNG"
                            : ", no picture" + advice));
        }
    }

    /**
     * Reads the header of the file {@code bytes[from, from + length)}.
     *
     * @param bytes those of a file
     * @param from the index of the first byte
     * @param length how many bytes there are from there
     * @return what it says of the picture's format and size
     * @throws UndecodableException if it is of no format that is read, is cut off before its size is told, or is too large
     */
    public static ImageHeader read(byte[] bytes, int from, int length) throws UndecodableException {
        FileBytes file = new FileBytes(bytes, from, length);
        return switch (Format.of(file)) {
            case JPEG -> JpegFile.read(file).header();
            case PNG -> PngFile.header(file);
            case GIF -> GifFile.header(file);
            case BMP -> BmpFile.header(file);
            case WEBP -> WebpFile.header(file);
        };
    }

    /** Whatever reads a size says so here, before memory is taken for it. */
    static ImageHeader of(Format format, int height, int width, boolean grey) throws UndecodableException {
        if (height < 1 || width < 1 || (long) height * width > MOST_PIXELS) {
            throw new UndecodableException(
                    "has " + width + " x " + height + " pixels; between 1 and " + MOST_PIXELS + " are read");
        }
        return new ImageHeader(format, height, width, grey);
    }
}
