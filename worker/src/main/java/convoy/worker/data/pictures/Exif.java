package convoy.worker.data.pictures;

/** The one figure of EXIF that matters here. Cameras and programs garble EXIF often: that never makes a picture bad. */
final class Exif {
    /** The first row is on top, the first column on the left. */
    static final int UPRIGHT = 1;

    private static final int LAST = 8;
    private static final int TAG = 0x0112;
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private Exif() {}

    /**
     * The orientation in a TIFF structure, which may stand behind "Exif".
     *
     * <pre>
     *   "II" or "MM"   42 (16 bits)   place of the first directory (32 bits)
     *   directory: count (16), count x {tag (16), type (16), number of values (32), value (32, left-aligned)}
     * </pre>
     *
     * @return 1 to 8, as the EXIF specification numbers them; 1 if there is none, or none that makes sense
     */
    static int orientation(FileBytes file, long begin, long end) {
        try {
            long from = file.has(begin, "Exif\0\0") ? begin + 6 : begin;
            boolean little = file.has(from, "II*\0");
            if (!little && !file.has(from, "MM\0*")) {
                return UPRIGHT;
            }
            long directory = from + Integer.toUnsignedLong(i32(file, from + 4, little));
            int count = u16(file, directory, little);
            for (int i = 0; i < count; i++) {
                long entry = directory + 2 + 12L * i;
                if (entry + 12 > end) {
                    return UPRIGHT;
                }
                if (u16(file, entry, little) == TAG) {
                    int type = u16(file, entry + 2, little);
                    int value =
                            switch (type) {
                                case BYTE -> file.u8(entry + 8);
                                case SHORT -> u16(file, entry + 8, little);
                                case LONG -> i32(file, entry + 8, little);
                                default -> UPRIGHT;
                            };
                    return value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
                }
            }
            return UPRIGHT;
        } catch (UndecodableException outside) {
            // It points behind the end of the file.
            return UPRIGHT;
        }
    }

    private static int u16(FileBytes file, long at, boolean little) throws UndecodableException {
        return little ? file.u16Little(at) : file.u16(at);
    }

    private static int i32(FileBytes file, long at, boolean little) throws UndecodableException {
        return little ? file.i32Little(at) : file.i32(at);
    }

    /** Whether a picture of this orientation is as high when upright as it is wide when stored. */
    static boolean swapsSides(int orientation) {
        return orientation > 4;
    }

    /**
     * A picture turned upright.
     *
     * @param pixels {@code [height, width, channels]} as stored
     */
    static byte[] upright(byte[] pixels, int height, int width, int channels, int orientation) {
        int last = width - 1;
        int below = (height - 1) * width;
        // Where the upper left pixel of the upright picture is stored, and how far from one the next to its right and
        // the next below are.
        int first =
                switch (orientation) {
                    case 2, 8 -> last;
                    case 3, 7 -> below + last;
                    case 4, 6 -> below;
                    default -> 0;
                };
        int right =
                switch (orientation) {
                    case 2, 3 -> -1;
                    case 5, 8 -> width;
                    case 6, 7 -> -width;
                    default -> 1;
                };
        int down =
                switch (orientation) {
                    case 3, 4 -> -width;
                    case 5, 6 -> 1;
                    case 7, 8 -> -1;
                    default -> width;
                };
        int rows = swapsSides(orientation) ? width : height;
        int columns = swapsSides(orientation) ? height : width;
        byte[] turned = new byte[pixels.length];
        int to = 0;
        for (int y = 0; y < rows; y++) {
            int from = first + y * down;
            for (int x = 0; x < columns; x++) {
                for (int c = 0; c < channels; c++) {
                    turned[to++] = pixels[from * channels + c];
                }
                from += right;
            }
        }
        return turned;
    }
}
