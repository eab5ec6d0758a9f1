package convoy.worker.data.pictures;

import java.util.Set;

/**
 * A picture in the form in which a data set holds it, and every machine decodes it to the same pixels: JPEG or PNG.
 *
 * @param file its bytes
 * @param header what they hold
 * @param came the format of the file that came
 * @param adjustments what was done to the file that came, or is to be known of it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record StoredPicture(byte[] file, ImageHeader header, ImageHeader.Format came, Set<Adjustment> adjustments) {
    public StoredPicture {
        adjustments = Set.copyOf(adjustments);
    }
}
