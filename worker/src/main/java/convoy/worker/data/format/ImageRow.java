package convoy.worker.data.format;

/**
 * One row of a data set.
 *
 * @param id unique in the data set
 * @param image the picture: planes {@code [C, H, W]} or an encoded file
 * @param label the index of its class
 * @param height in pixels
 * @param width in pixels
 * @param channels of the stored picture, or 1 for a coloured file that is read as grey
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ImageRow(long id, byte[] image, int label, int height, int width, int channels) {}
