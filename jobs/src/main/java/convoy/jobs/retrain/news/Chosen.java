package convoy.jobs.retrain.news;

/**
 * A data set that is to be trained on.
 *
 * @param dataSet which
 * @param standing how it stands to what the champion was trained on
 * @param share of the rows drawn that are its own, in (0, 1]; all of a call's add up to 1
 */
public record Chosen(Offered dataSet, Standing standing, double share) {}
