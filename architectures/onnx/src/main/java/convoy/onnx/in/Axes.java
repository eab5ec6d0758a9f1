package convoy.onnx.in;

import convoy.records.BadInputException;

/** Axes, which may be counted from the end. */
final class Axes {
    private Axes() {}

    /** {@return the axis from the begin, the examples' being 0} */
    static int of(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new BadInputException("axis = " + axis + " of what has " + rank + " axes");
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }
}
