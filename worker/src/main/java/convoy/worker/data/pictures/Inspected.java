package convoy.worker.data.pictures;

import java.util.Set;

/**
 * A picture file after a look at its structure, with everything in it that a decoder needs and no more frames than one.
 *
 * @param header what it holds
 * @param file as it is given to the decoder
 * @param adjustments what there is to say about it, but for its orientation
 * @param orientation as {@link Exif} numbers it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Inspected(ImageHeader header, byte[] file, Set<Adjustment> adjustments, int orientation) {
    /**
     * Looks at a file.
     *
     * @throws UndecodableException if it cannot be decoded, as far as its structure tells
     */
    static Inspected of(byte[] bytes) throws UndecodableException {
        FileBytes file = new FileBytes(bytes, 0, bytes.length);
        return switch (ImageHeader.Format.of(file)) {
            case JPEG -> JpegFile.inspect(file);
            case PNG -> PngFile.inspect(file);
            case GIF -> GifFile.inspect(file);
            case BMP -> BmpFile.inspect(file);
            case WEBP -> WebpFile.inspect(file);
        };
    }
}
