/**
 * The catalogue, and what runs have shown of it, as one picture. Not how points are drawn (report.chart), and not the networks
 * themselves.
 */
@NullMarked
package convoy.jobs.catalogue;

import org.jspecify.annotations.NullMarked;
