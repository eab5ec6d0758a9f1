package convoy.jobs.reproduce;

import convoy.driver.configuration.DataChoice;
import convoy.driver.configuration.NetworkChoice;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.jobs.launch.Uris;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where data and weights lie now that lay elsewhere when a run was trained. What they are decides bits, and not where they lie. */
record Moves(List<Move> moves) {
    private static final String OPTION = "--data-at";

    Moves {
        moves = List.copyOf(moves);
    }

    /** One address, and what lies below it. */
    record Move(String from, String to) {
        private Optional<String> of(String uri) {
            if (uri.equals(from)) {
                return Optional.of(to);
            }
            return uri.startsWith(from + "/") ? Optional.of(to + uri.substring(from.length())) : Optional.empty();
        }

        @Override
        public String toString() {
            return from + "=" + to;
        }
    }

    /** @param texts {@code OLD=NEW}, each as a person typed it */
    static Moves parse(List<String> texts) {
        List<Move> moves = new ArrayList<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals <= 0 || equals == text.length() - 1) {
                throw new BadInputException(
                        OPTION + " = " + text
                                + " is not OLD=NEW: give the address that the run file has, an equals sign, and where that lies now");
            }
            moves.add(new Move(plain(text.substring(0, equals)), plain(Uris.local(text.substring(equals + 1)))));
        }
        return new Moves(moves);
    }

    /** One spelling for an address that has several. */
    private static String plain(String uri) {
        return Storage.uri(Storage.path(OPTION, uri));
    }

    /** Where what lay at an address lies now. */
    String of(String uri) {
        String plain = plain(uri);
        return moves.stream()
                .flatMap(move -> move.of(plain).stream())
                .findFirst()
                .orElse(uri);
    }

    /** The same run with its data and weights where they lie now, and with nobody listening: what was told then is told. */
    RunConfiguration of(RunConfiguration run) {
        DataChoice data = run.data();
        Optional<Validation> validation = data.validation()
                .map(held -> held.uri().map(uri -> Validation.at(of(uri))).orElse(held));
        NetworkChoice network = run.network();
        return run.with()
                .data(data.with().train(of(data.train())).validation(validation).build())
                .network(network.with()
                        .file(network.file().map(this::of))
                        .weights(network.weights().map(weights -> weights.withFrom(of(weights.from()))))
                        .build())
                .outputs(run.outputs().withListeners(List.of()))
                .build();
    }

    /** @throws BadInputException naming a move that is of nothing that one of these runs has */
    void requireUsed(List<RunConfiguration> runs) {
        for (Move move : moves) {
            Moves alone = new Moves(List.of(move));
            if (runs.stream().allMatch(run -> alone.of(run).equals(run))) {
                RunConfiguration run = runs.get(runs.size() - 1);
                throw new BadInputException(OPTION + " = " + move + ": nothing of run '" + run.name() + "' lies at "
                        + move.from() + "; its data lies at " + run.data().train());
            }
        }
    }
}
