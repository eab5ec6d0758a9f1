package convoy.jobs.reproduce;

import convoy.records.text.Names;

/** What came of making a model again. */
enum Outcome {
    /** Nothing was trained; the model could be made again here. */
    POSSIBLE(0),
    /** The file that was made has the same bytes. */
    EQUAL(0),
    /** Every number has the same bits; what the file says of itself differs. */
    SAME_NUMBERS(0),
    /** The numbers differ by no more than was allowed. */
    WITHIN_TOLERANCE(0),
    /** The training was asked to stop, with a checkpoint. */
    STOPPED(0),
    /** The numbers differ. */
    DIFFERS(20),
    /** Something that decides the bits is not here what it was; nothing was trained. */
    NOT_HERE(21);

    private final int status;

    Outcome(int status) {
        this.status = status;
    }

    /** The exit status of the command. */
    int status() {
        return status;
    }

    /** As {@code --json} has it. */
    @Override
    public String toString() {
        return Names.kebab(name());
    }
}
