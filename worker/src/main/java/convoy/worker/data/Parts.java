package convoy.worker.data;

import convoy.worker.data.split.RowSet;

/**
 * The two parts of a data set that is split.
 *
 * @param training the rows that are trained on
 * @param heldOut the others
 * @param rows which the others are
 */
public record Parts(DataSet training, DataSet heldOut, RowSet rows) {}
