package convoy.tests.simulation.disk;

/** What a process asks of the file system. */
public enum Operation {
    CREATE,
    WRITE,
    FLUSH,
    CLOSE,
    RENAME,
    DELETE,
    MAKE_FOLDER,
    OPEN,
    LIST,
    LOOK;

    /** Whether it changes anything that others see. */
    public boolean changes() {
        return switch (this) {
            case CREATE, FLUSH, CLOSE, RENAME, DELETE, MAKE_FOLDER -> true;
            case WRITE, OPEN, LIST, LOOK -> false;
        };
    }
}
