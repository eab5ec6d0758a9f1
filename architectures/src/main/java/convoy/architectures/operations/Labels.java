package convoy.architectures.operations;

/** Words that the labels and messages of several operations have in common. */
final class Labels {
    private Labels() {}

    static String stride(int height, int width) {
        return height == 1 && width == 1 ? "" : ", /" + pair(height, width);
    }

    static String pair(int height, int width) {
        return height == width ? Integer.toString(height) : height + "x" + width;
    }

    static String padded(int height, int width) {
        return height == 0 && width == 0 ? "" : " with padding " + pair(height, width);
    }
}
