package convoy.parameterserver.transport;

import convoy.parameterserver.range.ServerAddress;

/** What a server's failure to handle a message, or to accept a client at all, amounts to. */
final class Refusals {
    private Refusals() {}

    static ServerException of(ServerAddress address, String what, Throwable failure) {
        if (isRefusal(failure)) {
            return new ServerException(
                    ServerException.Reason.UNAUTHENTICATED,
                    address + " refused this client: the application's secret differs, or only one side authenticates"
                            + " (check spark.authenticate and spark.authenticate.secret on both sides)",
                    failure);
        }
        return new ServerException(
                ServerException.Reason.REFUSED, address + " failed at " + what + ": " + firstLine(failure), failure);
    }

    /** Spark tells these apart by text alone; the last is this server's answer to a challenge on a port without secret. */
    static boolean isRefusal(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return text.contains(Gate.REFUSAL)
                || text.contains("Unknown challenge message")
                || text.contains("no Convoy message");
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
