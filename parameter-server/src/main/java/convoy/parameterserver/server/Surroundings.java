package convoy.parameterserver.server;

import convoy.parameterserver.server.mirrors.Fetching;
import convoy.parameterserver.server.mirrors.Mirrors;
import convoy.parameterserver.time.Clock;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.Executor;
import org.apache.hadoop.conf.Configuration;

/**
 * What a range has of the server that it is part of.
 *
 * @param hadoop how to reach snapshots
 * @param counters of what is done
 * @param clock of deadlines
 * @param updates does what takes longer than adding a message
 * @param storage reads and writes files
 * @param norms asks for the norm of the whole gradient
 * @param mirrors copies in memory
 * @param fetching brings copies from other servers
 * @param shortage is told of every failure that may be one of memory
 */
@RecordBuilder
record Surroundings(
        Configuration hadoop,
        Counters counters,
        Clock clock,
        Executor updates,
        Executor storage,
        RangeServer.NormSource norms,
        Mirrors mirrors,
        Fetching fetching,
        Shortage shortage) {}
