/**
 * What a jar offers to be done to pictures: the provider of a transform, and the function that it makes. Where in the way of a picture the
 * function stands is said by {@code data.transform}.
 */
@NullMarked
package convoy.worker.data.provided;

import org.jspecify.annotations.NullMarked;
