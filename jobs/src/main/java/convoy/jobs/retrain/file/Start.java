package convoy.jobs.retrain.file;

/** What a challenger begins with. */
public enum Start {
    /** With initial values drawn anew. */
    SCRATCH,
    /** With the champion's tensors; from scratch while there is none. */
    CHAMPION
}
