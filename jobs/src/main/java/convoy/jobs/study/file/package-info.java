/**
 * The study file: what is asked, of which variants, with which seeds and budget, as records that refuse what cannot be. What follows
 * from it and from the data, and what is done, is in {@code convoy.jobs.study.plan}.
 */
@NullMarked
package convoy.jobs.study.file;

import org.jspecify.annotations.NullMarked;
