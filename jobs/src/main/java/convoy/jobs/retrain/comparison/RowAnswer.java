package convoy.jobs.retrain.comparison;

/**
 * What two models say of a row.
 *
 * @param id of the row
 * @param label its class
 * @param champion the class that the champion finds most likely
 * @param challenger likewise
 */
public record RowAnswer(long id, int label, int champion, int challenger) {}
