package convoy.driver.importing;

import java.io.IOException;

/** An archive ends too early or holds what no archive holds; what comes after cannot be read either. */
final class GarbledArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    GarbledArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
