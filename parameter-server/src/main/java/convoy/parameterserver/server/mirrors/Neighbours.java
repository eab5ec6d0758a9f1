package convoy.parameterserver.server.mirrors;

import convoy.parameterserver.range.RangeSpec;
import convoy.parameterserver.range.ServerAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Who mirrors whom: each range has a keeper, which is not lost with it as far as that can be had. */
public final class Neighbours {
    private Neighbours() {}

    /**
     * {@return the server that mirrors another one's range: the next on another host, or else the next at another address; empty if all
     * are at one}
     *
     * @param servers addresses of the servers of all ranges, in order
     * @param server the range's index
     */
    static OptionalInt keeper(List<ServerAddress> servers, int server) {
        ServerAddress own = servers.get(server);
        OptionalInt elsewhere = following(servers, server)
                .filter(other -> !servers.get(other).host().equals(own.host()))
                .findFirst();
        return elsewhere.isPresent()
                ? elsewhere
                : following(servers, server)
                        .filter(other -> !servers.get(other).equals(own))
                        .findFirst();
    }

    private static IntStream following(List<ServerAddress> servers, int server) {
        return IntStream.range(1, servers.size()).map(distance -> (server + distance) % servers.size());
    }

    /**
     * {@return the ranges that a range's server mirrors, by their indices; none if the run has no mirrors}
     *
     * @param spec of its own range
     */
    public static List<Integer> wards(RangeSpec spec) {
        if (spec.mirrorEvery() == 0) {
            return List.of();
        }
        List<ServerAddress> servers = spec.servers();
        return IntStream.range(0, servers.size())
                .filter(other -> keeper(servers, other).equals(OptionalInt.of(spec.server())))
                .boxed()
                .toList();
    }

    /**
     * {@return whether a range keeps copies of its own, since another server mirrors it}
     *
     * @param spec of the range
     */
    public static boolean isMirrored(RangeSpec spec) {
        return spec.mirrorEvery() > 0 && keeper(spec.servers(), spec.server()).isPresent();
    }
}
