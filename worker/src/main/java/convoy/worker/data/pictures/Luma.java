package convoy.worker.data.pictures;

/**
 * Grey of a colour as Pillow's {@code convert("L")} and so PyTorch's loaders make it: L = 0.299 R + 0.587 G + 0.114 B (ITU-R
 * 601-2), in 65,536ths, rounded.
 */
public final class Luma {
    private Luma() {}

    /** Of one pixel's unsigned bytes. */
    static byte of(byte red, byte green, byte blue) {
        return (byte) ((19_595 * (red & 0xFF) + 38_470 * (green & 0xFF) + 7_471 * (blue & 0xFF) + 0x8000) >> 16);
    }

    /**
     * {@return one plane of three: {@code [3, plane]} red, green and blue}
     *
     * @param planes three, of one size
     */
    public static byte[] ofPlanes(byte[] planes) {
        int plane = planes.length / 3;
        byte[] grey = new byte[plane];
        for (int i = 0; i < plane; i++) {
            grey[i] = of(planes[i], planes[plane + i], planes[2 * plane + i]);
        }
        return grey;
    }
}
