/**
 * The pipeline file: what is trained again and again, on which data, and what a new model has to show, as records that refuse what
 * cannot be. Which data are new is in {@code convoy.jobs.retrain.news}.
 */
@NullMarked
package convoy.jobs.retrain.file;

import org.jspecify.annotations.NullMarked;
