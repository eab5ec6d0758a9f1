package convoy.driver.checkpoint;

/** A checkpoint was committed and is not what was committed any more: a file of it is gone, cut off or has other bytes. */
final class Damage extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message which file, and what is wrong with it */
    Damage(String message) {
        super(message);
    }

    /**
     * @param message which file, and what is wrong with it
     * @param cause what was caught where it was read
     */
    Damage(String message, Throwable cause) {
        super(message, cause);
    }
}
