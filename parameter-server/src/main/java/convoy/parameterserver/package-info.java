/**
 * Owns the parameters. Its wings, from the lowest: {@code time}, {@code layout}, {@code sum}, {@code update}, {@code range}, {@code files}, {@code wire},
 * {@code transport}, {@code client} and {@code server}; none imports one behind it.
 *
 * <p>Here lies only what needs servers and clients together: the benchmark, and the tests of both. A part of either does not.
 */
@NullMarked
package convoy.parameterserver;

import org.jspecify.annotations.NullMarked;
