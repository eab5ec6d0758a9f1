package convoy.worker.data.image;

import convoy.worker.data.pictures.UndecodableException;

/** Paints bytes, which tests can compare with the bytes of other programs. */
public final class Painting {
    private Painting() {}

    /** The table {@code [3][256]} that leaves every byte as it is. */
    public static float[][] identity() {
        float[][] table = new float[3][256];
        for (float[] channel : table) {
            for (int b = 0; b < 256; b++) {
                channel[b] = b;
            }
        }
        return table;
    }

    /** What a canvas with that table paints, as planes {@code [3, height, width]}. */
    public static byte[] of(Canvas canvas) throws UndecodableException {
        float[] floats = new float[3 * canvas.height() * canvas.width()];
        canvas.paint(floats, 0);
        byte[] bytes = new byte[floats.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) floats[i];
        }
        return bytes;
    }

    /** What a canvas scales: top, left, height and width in pixels. */
    public static double[] box(Canvas canvas) {
        Geometry.Box box = canvas.box();
        return new double[] {box.top(), box.left(), box.height(), box.width()};
    }
}
