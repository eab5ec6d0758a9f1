package convoy.tests.virtual;

/** Unwinds a thread whose process was killed: what it does on its way reaches nobody. */
public final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed(String process) {
        super(process + " was killed", null, false, false);
    }
}
