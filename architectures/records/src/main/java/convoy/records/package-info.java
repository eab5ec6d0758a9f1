/**
 * What a record or a sealed type of records looks like as YAML, JSON and canonical text, read off its components; and how a
 * record refuses what cannot work. Nothing that knows a particular record, a network or a run lives here.
 */
@NullMarked
package convoy.records;

import org.jspecify.annotations.NullMarked;
