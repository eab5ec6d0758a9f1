/**
 * What network a run is of: read from where it lies, fitted to the run's images and classes, and kept in the run's directory where it has
 * no name in the catalogue. What a network is, and the grammar of its file, are in {@code convoy.architectures}; its numbers are not
 * looked at here.
 */
@NullMarked
package convoy.driver.network;

import org.jspecify.annotations.NullMarked;
