/**
 * Trained models: what one is, how it is read, fitted to another network and written in forms that others read. Nothing
 * here computes with a model.
 */
@NullMarked
package convoy.driver.model;

import org.jspecify.annotations.NullMarked;
