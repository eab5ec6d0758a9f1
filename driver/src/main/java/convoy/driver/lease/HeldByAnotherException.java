package convoy.driver.lease;

import convoy.records.text.Shown;

/**
 * A directory that was asked for is held by a process that lives. Nothing is wrong with what was asked, and nothing has failed: the same
 * can be asked again once that process is done.
 */
public final class HeldByAnotherException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line: what is held, by whom, where and since when, and what to do */
    HeldByAnotherException(String message) {
        super(Shown.line(message));
    }
}
