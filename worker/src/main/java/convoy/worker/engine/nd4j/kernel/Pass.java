package convoy.worker.engine.nd4j.kernel;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One pass of a kernel, forward or backward.
 *
 * @param training whether batch statistics and dropout apply
 * @param workspaces where DL4J wants the arrays of this pass
 */
public record Pass(boolean training, LayerWorkspaceMgr workspaces) {

    /** What a Java buffer over an array's memory can address. */
    private static final long MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;

    /**
     * {@return an array for an output; its contents are undefined}
     *
     * @param shape its extents
     */
    public INDArray output(long... shape) {
        return array(ArrayType.ACTIVATIONS, shape);
    }

    /**
     * {@return an array for a derivative by an input; its contents are undefined}
     *
     * @param shape its extents
     */
    public INDArray inputGradient(long... shape) {
        return array(ArrayType.ACTIVATION_GRAD, shape);
    }

    /**
     * {@return an array that is not needed after a forward pass, or that only this kernel's backward pass needs}
     *
     * @param shape its extents
     */
    public INDArray kept(long... shape) {
        return array(ArrayType.ACTIVATIONS, shape);
    }

    /**
     * {@return an array that is needed only inside of a backward pass}
     *
     * @param shape its extents
     */
    public INDArray backwardScratch(long... shape) {
        return array(ArrayType.BP_WORKING_MEM, shape);
    }

    private INDArray array(ArrayType type, long... shape) {
        long length = 1;
        for (long extent : shape) {
            length *= extent;
        }
        if (length > MOST_FLOATS) {
            throw new BadInputException("a micro-batch of " + Counts.plain(shape[0], "example") + " needs an array of "
                    + Counts.plain(length, "float") + ", more than " + MOST_FLOATS + "; use a smaller micro-batch");
        }
        return workspaces.createUninitialized(type, DataType.FLOAT, shape, 'c');
    }
}
