package convoy.worker.engine;

/**
 * A device failed so that this process cannot use it any more: a CUDA error other than a lack of memory stays in the process's context
 * for good. Only another process gets the device back.
 */
public final class DeviceLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param device that is lost
     * @param cause what it failed with
     */
    public DeviceLostException(Device device, RuntimeException cause) {
        super(
                device + " failed with '"
                        + String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
                        + "', and this process cannot use it any more",
                cause);
    }
}
