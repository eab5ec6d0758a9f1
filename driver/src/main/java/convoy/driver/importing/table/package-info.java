/**
 * Tables that know by which change each of their files came in: what a format of tables has to tell, and how one is found. How a certain
 * format is read is in a module of its own.
 */
@NullMarked
package convoy.driver.importing.table;

import org.jspecify.annotations.NullMarked;
