package convoy.onnx;

/** The words on which what writes a model and what reads it agree. */
public final class Vocabulary {
    /** The version of ONNX's operators that is written. */
    public static final int OPSET = 17;

    /** The oldest version of ONNX's operators that is read. */
    public static final int OLDEST_OPSET = 7;

    /** The newest version of ONNX's operators that is read. */
    public static final int NEWEST_OPSET = 21;

    /** The version of the file's format that belongs to {@link #OPSET}. */
    public static final int IR_VERSION = 8;

    /** Who wrote a model, and the domain of the functions that ONNX has no operator for. */
    public static final String CONVOY = "convoy";

    /** The name of a model's input, {@code [N, C, H, W]}. */
    public static final String INPUT = "input";

    /** The name of a model's output, {@code [N, classes]}. */
    public static final String LOGITS = "logits";

    /** Metadata: the names of the classes in the order of the logits, as a JSON array. */
    public static final String CLASS_NAMES = "class_names";

    /** The function of {@link convoy.architectures.operations.Normalization.EvoNormS0}. */
    public static final String EVO_NORM_S0 = "EvoNormS0";

    /** The function of {@link convoy.architectures.operations.Normalization.EvoNormB0}. */
    public static final String EVO_NORM_B0 = "EvoNormB0";

    /** Begins the functions of {@link convoy.architectures.operations.Join.WeightedAdd}; the number of inputs follows. */
    public static final String WEIGHTED_ADD = "WeightedAdd";

    /**
     * A node's documentation where one of ONNX's operators stands for several of ours that compute the same: an average over equal parts
     * of an image.
     */
    public static final String ADAPTIVE = "adaptive";

    /** Likewise: windows whose number is rounded up. */
    public static final String CEIL = "ceil";

    /** Likewise: dropout of whole channels; the probability follows. */
    public static final String SPATIAL = "spatial ";

    /** Likewise: dropout of an example's branch; the probability follows. */
    public static final String DEPTH = "depth ";

    /** Likewise: dropout of scalars; the probability follows. */
    public static final String SCALARS = "scalars ";

    private Vocabulary() {}
}
