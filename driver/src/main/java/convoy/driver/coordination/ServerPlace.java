package convoy.driver.coordination;

import convoy.parameterserver.range.ServerAddress;

/**
 * One place for a key range.
 *
 * @param executor id of the executor that the server runs in
 * @param instance another number for every process
 * @param address where the server listens
 */
public record ServerPlace(String executor, long instance, ServerAddress address) {}
