package convoy.jobs.retrain.news;

/** How a data set stands to what the champion was trained on. */
public enum Standing {
    /** Nothing of this name was trained on, nor was its content. */
    NEW,
    /** Something of this name was trained on, with another content. */
    CHANGED,
    /** Its content was trained on. */
    OLD;

    /** {@return whether it is something to train for} */
    public boolean isNews() {
        return this != OLD;
    }
}
