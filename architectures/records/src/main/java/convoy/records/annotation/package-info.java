/**
 * What a record says of its components by annotations: a default, a stored name, that a part lies flat in the whole. Who reads them is in
 * {@code convoy.records}.
 */
@NullMarked
package convoy.records.annotation;

import org.jspecify.annotations.NullMarked;
