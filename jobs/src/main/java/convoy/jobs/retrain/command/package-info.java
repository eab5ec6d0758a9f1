/** The command {@code retrain}: its words, and how its end is told. What it does lies in {@code convoy.jobs.retrain.work}. */
@NullMarked
package convoy.jobs.retrain.command;

import org.jspecify.annotations.NullMarked;
