package convoy.driver.importing.archive;

import java.io.IOException;

/** An archive ends too early or holds what no archive holds; what comes after cannot be read either. */
public final class GarbledArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    GarbledArchiveException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The file system's own failures come unchecked ({@link Streams#faithful}), so the archive is at fault. */
    static GarbledArchiveException of(String archive, IOException cause) {
        if (cause instanceof GarbledArchiveException garbled) {
            return garbled;
        }
        String reason = cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
        return new GarbledArchiveException(
                archive + " is cut off or garbled" + reason + ": copy or download it again", cause);
    }
}
