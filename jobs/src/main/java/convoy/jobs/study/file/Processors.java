package convoy.jobs.study.file;

/** What is done about processors of several kinds, on which the same trial has other bits. */
public enum Processors {
    /** All trials are computed on one kind: a cluster that offers several is refused. */
    ONE,
    /** All trials of one seed are placed on executors of one kind, so that differences are within a kind. */
    BLOCKED
}
