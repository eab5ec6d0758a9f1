package convoy.worker.data;

import convoy.worker.data.DatasetInfo.Encoding;
import java.util.List;

/** Decodes JPEG and PNG files for an import. Holds native memory; for one thread at a time. */
public final class PlaneDecoder implements AutoCloseable {
    private final ImageDecoder decoder = new ImageDecoder();
    private final Canvas grey = new Canvas(Encoding.ENCODED, 1, identity(1));
    private final Canvas coloured = new Canvas(Encoding.ENCODED, 3, identity(3));

    /** The picture's pixels, until the next one is decoded. */
    public ImageDecoder decode(byte[] file, int channels) throws UndecodableException {
        decoder.decode(file, 0, file.length, channels);
        return decoder;
    }

    /** The picture as planes {@code [channels, height, width]}. */
    public byte[] planes(byte[] file, int channels) throws UndecodableException {
        decode(file, channels);
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

    /** The middle of the picture as planes {@code [channels, side, side]}: its shorter side is scaled to that length. */
    public byte[] square(byte[] file, ImageHeader header, int channels, int side) throws UndecodableException {
        RowGroup alone = new RowGroup(
                "",
                new long[1],
                new int[1],
                new int[] {header.height()},
                new int[] {header.width()},
                new int[] {channels},
                new int[] {0, file.length},
                file);
        Canvas canvas = channels == 1 ? grey : coloured;
        canvas.begin(alone, 0);
        for (Transform step : List.of(new Transform.Resize(side), new Transform.CenterCrop(side))) {
            step.apply(canvas, convoy.architectures.RandomStream.of(0, "none"));
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
        decoder.close();
        grey.close();
        coloured.close();
    }
}
