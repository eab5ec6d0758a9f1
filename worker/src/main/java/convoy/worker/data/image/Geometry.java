package convoy.worker.data.image;

/**
 * Which part of a picture is shown, at which size and which way round: noted step by step, and worked out when pixels are
 * wanted.
 *
 * <pre>
 *   pixels --(box scaled to)--> grid: gridHeight x gridWidth --(window, perhaps mirrored or upside down)--> shown: height x width
 * </pre>
 *
 * <p>What lies in the window and outside the visible part of the grid is black.
 */
final class Geometry {
    /** In pixels, before anything is scaled. */
    private Box box = new Box(0, 0, 0, 0);

    private boolean scaled;
    private boolean coarse;
    private int gridHeight;
    private int gridWidth;

    // The window, in the grid.
    private int top;
    private int left;
    private int height;
    private int width;
    private boolean mirrored;
    private boolean upsideDown;

    // The visible part of the grid.
    private int visibleTop;
    private int visibleLeft;
    private int visibleBottom;
    private int visibleRight;

    /**
     * A rectangle of pixels, which may begin and end between two of them.
     *
     * @param top of its first row
     * @param left of its first column
     * @param height in pixels
     * @param width in pixels
     */
    record Box(double top, double left, double height, double width) {
        /** The same rectangle of the same picture at another size. */
        Box scaled(double down, double across) {
            return new Box(top * down, left * across, height * down, width * across);
        }
    }

    /**
     * What of the window is not black.
     *
     * @param top its first row, in the grid
     * @param left its first column, in the grid
     * @param bottom the row after its last
     * @param width of it; 0 if nothing is shown
     */
    record Shown(int top, int left, int bottom, int width) {
        int rows() {
            return Math.max(0, bottom - top);
        }
    }

    /** Begins with all of a picture of that size. */
    void showAll(int newHeight, int newWidth) {
        scaled = false;
        showGrid(newHeight, newWidth);
    }

    private void showGrid(int newHeight, int newWidth) {
        gridHeight = newHeight;
        gridWidth = newWidth;
        top = 0;
        left = 0;
        height = newHeight;
        width = newWidth;
        mirrored = false;
        upsideDown = false;
        visibleTop = 0;
        visibleLeft = 0;
        visibleBottom = newHeight;
        visibleRight = newWidth;
    }

    /**
     * Scales a rectangle of pixels. Only once: what was noted before must be pixels by now.
     *
     * @param rough whether a fraction of a JPEG's size will do where that is larger still
     */
    void scale(Box from, int toHeight, int toWidth, boolean rough) {
        scaled = true;
        coarse = rough;
        box = from;
        showGrid(toHeight, toWidth);
    }

    /** Keeps a rectangle of the window, which may reach over its edge. */
    void crop(int cropTop, int cropLeft, int cropHeight, int cropWidth) {
        visibleTop = Math.max(visibleTop, top);
        visibleLeft = Math.max(visibleLeft, left);
        visibleBottom = Math.min(visibleBottom, top + height);
        visibleRight = Math.min(visibleRight, left + width);
        top += upsideDown ? height - cropTop - cropHeight : cropTop;
        left += mirrored ? width - cropLeft - cropWidth : cropLeft;
        height = cropHeight;
        width = cropWidth;
    }

    /** Mirrors left and right. */
    void flip() {
        mirrored = !mirrored;
    }

    /** Mirrors top and bottom. */
    void flipVertically() {
        upsideDown = !upsideDown;
    }

    /** Which row of the window a row of the grid is. */
    int rowOf(int y) {
        return upsideDown ? top + height - 1 - y : y - top;
    }

    /** The pixels have turned out to be another size of the same picture. */
    void rescale(double down, double across) {
        box = box.scaled(down, across);
    }

    /** Whether the pixels are shown as they are. */
    boolean untouched() {
        boolean whole = top == 0 && left == 0 && height == gridHeight && width == gridWidth;
        return !scaled && !mirrored && !upsideDown && whole && covered();
    }

    /** Whether no part of the window is black. */
    boolean covered() {
        return visibleTop <= top
                && visibleLeft <= left
                && visibleBottom >= top + height
                && visibleRight >= left + width;
    }

    Shown shown() {
        int shownTop = Math.max(top, visibleTop);
        int shownLeft = Math.max(left, visibleLeft);
        int shownWidth = Math.max(0, Math.min(left + width, visibleRight) - shownLeft);
        int shownBottom = shownWidth == 0 ? shownTop : Math.min(top + height, visibleBottom);
        return new Shown(shownTop, shownLeft, shownBottom, shownWidth);
    }

    /** The largest of 1, 2, 4 and 8 by which the pixels may be fewer without being fewer than the grid's. */
    int reduction() {
        if (!scaled || !coarse) {
            return 1;
        }
        double ratio = Math.min(box.height() / gridHeight, box.width() / gridWidth);
        return ratio >= 8 ? 8 : ratio >= 4 ? 4 : ratio >= 2 ? 2 : 1;
    }

    boolean scaled() {
        return scaled;
    }

    /** What is scaled. */
    Box box() {
        return box;
    }

    int gridHeight() {
        return gridHeight;
    }

    int gridWidth() {
        return gridWidth;
    }

    /** Where the window begins, in the grid. */
    int top() {
        return top;
    }

    /** Likewise. */
    int left() {
        return left;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    boolean mirrored() {
        return mirrored;
    }
}
