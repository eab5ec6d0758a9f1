package convoy.worker.data.single;

import convoy.architectures.random.RandomStream;
import convoy.worker.data.image.Canvas;
import convoy.worker.data.pictures.ImageDecoder;
import convoy.worker.data.pictures.ImageHeader;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.pictures.PictureIntake;
import convoy.worker.data.pictures.StoredPicture;
import convoy.worker.data.pictures.UndecodableException;
import convoy.worker.data.transform.CenterCrop;
import convoy.worker.data.transform.Resize;
import convoy.worker.data.transform.Transform;
import java.util.List;

/** Decodes the pictures of an import. Holds native memory; for one thread at a time. */
public final class PlaneDecoder implements AutoCloseable {
    private final PictureIntake intake;
    private final ImageDecoder decoder = new ImageDecoder();
    private final Canvas grey = Canvas.ofFiles(1, identity(1));
    private final Canvas coloured = Canvas.ofFiles(3, identity(3));

    /**
     * @param orientation whether to turn what a camera noted as turned
     * @param use of the files that come out
     */
    public PlaneDecoder(Orientation orientation, PictureIntake.Use use) {
        intake = new PictureIntake(orientation, use);
    }

    /**
     * {@return a picture file as a data set can hold it; see {@link PictureIntake#take}}
     *
     * @param file a whole file
     * @throws UndecodableException if it is no picture of a format that is read, or is cut off
     */
    public StoredPicture take(byte[] file) throws UndecodableException {
        return intake.take(file);
    }

    /**
     * {@return the decoder that holds the picture's pixels, until the next one is decoded}
     *
     * @param picture of any format that is read
     * @param channels 1 or 3
     * @throws UndecodableException if the file cannot be decoded
     */
    public ImageDecoder decode(StoredPicture picture, int channels) throws UndecodableException {
        decoder.decode(picture.file(), 0, picture.file().length, channels);
        PictureIntake.requireSize(decoder, picture.header());
        return decoder;
    }

    /**
     * {@return the picture as planes {@code [channels, height, width]}}
     *
     * @param picture of any format that is read
     * @param channels 1 or 3
     * @throws UndecodableException if the file cannot be decoded
     */
    public byte[] planes(StoredPicture picture, int channels) throws UndecodableException {
        decode(picture, channels);
        int plane = decoder.height() * decoder.width();
        byte[] mixed = decoder.pixels();
        byte[] planes = new byte[channels * plane];
        for (int c = 0; c < channels; c++) {
            int from = channels - 1 - c;
            for (int i = 0; i < plane; i++) {
                planes[c * plane + i] = mixed[i * channels + from];
            }
        }
        return planes;
    }

    /**
     * {@return the middle of the picture as planes {@code [channels, side, side]}, scaled so that its shorter side has
     * that length}
     *
     * @param picture of any format that is read
     * @param channels 1 or 3
     * @param side in pixels
     * @throws UndecodableException if the file cannot be decoded
     */
    public byte[] square(StoredPicture picture, int channels, int side) throws UndecodableException {
        byte[] file = picture.file();
        ImageHeader header = picture.header();
        Canvas canvas = channels == 1 ? grey : coloured;
        canvas.begin(file, 0, file.length, header.height(), header.width());
        for (Transform step : List.of(new Resize(side), new CenterCrop(side))) {
            step.apply(canvas, RandomStream.of(0, "none"));
        }
        float[] floats = new float[channels * side * side];
        canvas.paint(floats, 0);
        byte[] planes = new byte[floats.length];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (byte) (int) floats[i];
        }
        return planes;
    }

    private static float[][] identity(int channels) {
        float[][] table = new float[channels][256];
        for (float[] values : table) {
            for (int b = 0; b < 256; b++) {
                values[b] = b;
            }
        }
        return table;
    }

    @Override
    public void close() {
        intake.close();
        decoder.close();
        grey.close();
        coloured.close();
    }
}
