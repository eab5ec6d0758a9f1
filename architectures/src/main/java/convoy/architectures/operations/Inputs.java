package convoy.architectures.operations;

import convoy.architectures.tensor.Shape;
import convoy.architectures.tensor.Shape.Image;
import convoy.architectures.tensor.Shape.Vector;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.List;

/** The inputs of an operation, refused where it needs others. */
final class Inputs {
    private Inputs() {}

    static Shape only(List<Shape> inputs, String what) {
        if (inputs.size() != 1) {
            throw new BadInputException("a " + what + " has " + Counts.plain(inputs.size(), "input") + "; it needs 1");
        }
        return inputs.get(0);
    }

    static Image image(List<Shape> inputs, String what) {
        if (only(inputs, what) instanceof Image image) {
            return image;
        }
        throw new BadInputException(
                "a " + what + " gets a vector of " + inputs.get(0) + "; it needs an image, before any flatten");
    }

    static Vector vector(List<Shape> inputs, String what) {
        if (only(inputs, what) instanceof Vector vector) {
            return vector;
        }
        throw new BadInputException("a " + what + " gets an image of " + inputs.get(0) + "; put a flatten before it");
    }
}
