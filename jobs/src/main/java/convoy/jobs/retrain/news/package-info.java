/**
 * Which data are new: what lies there against what the champion's line was trained on, and how much of each is drawn. How a pipeline
 * says where data lie is in {@code convoy.jobs.retrain.file}.
 */
@NullMarked
package convoy.jobs.retrain.news;

import org.jspecify.annotations.NullMarked;
