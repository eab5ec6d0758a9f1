package convoy.onnx.in;

import java.util.List;

/**
 * A tensor of numbers that is known, and read only when it is needed.
 *
 * @param name as an initializer
 * @param dims its extents
 * @param source of its numbers
 */
record Numbers(String name, List<Integer> dims, Source source) {
    Numbers {
        dims = List.copyOf(dims);
    }

    /** Gives the numbers of a tensor. */
    @FunctionalInterface
    interface Source {
        /** {@return the numbers, row-major; not to be changed} */
        float[] read();
    }

    int size() {
        return Math.toIntExact(Extent.product(dims));
    }

    /** {@return whether it is one number, whatever its extents} */
    boolean isScalar() {
        return size() == 1;
    }

    float[] values() {
        return source.read();
    }

    /** {@return the same numbers under another name} */
    Numbers called(String other) {
        return new Numbers(other, dims, source);
    }
}
