/**
 * The card of a model: one page that says where it came from, how good it is, how it is used and how it is made again. Here lies what the
 * page says; how it is written lies in {@code convoy.jobs.report.page}, and what is known of its run in {@code convoy.jobs.report.run}.
 */
@NullMarked
package convoy.jobs.card;

import org.jspecify.annotations.NullMarked;
