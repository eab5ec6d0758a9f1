package convoy.driver.configuration;

/** What is minimized. */
public enum LossName {
    /** Of pictures that show one class each: cross-entropy of the softmax, PyTorch's {@code CrossEntropyLoss}. */
    SOFTMAX_CROSS_ENTROPY,
    /**
     * Of pictures that may show several classes, or none: the mean over the classes of the cross-entropy of each one's sigmoid,
     * PyTorch's {@code BCEWithLogitsLoss}.
     */
    SIGMOID_CROSS_ENTROPY
}
