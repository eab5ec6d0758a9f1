package convoy.parameterserver.range;

import convoy.parameterserver.layout.KeyRange;

/**
 * Where copies of some partitions are.
 *
 * @param address of the server that has them
 * @param partitions which, {@code [begin, end)}
 */
public record MirrorPlace(ServerAddress address, KeyRange partitions) {}
