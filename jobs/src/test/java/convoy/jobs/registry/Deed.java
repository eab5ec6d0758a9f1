package convoy.jobs.registry;

import convoy.jobs.registry.history.Actor;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.history.Retention;
import convoy.jobs.registry.history.Verdict;
import convoy.parameterserver.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Everything that can be done to a registry, each as one whole command does it: take it, change it, let go. */
enum Deed {
    MAKE {
        @Override
        Optional<String> in(HeldRegistry held) {
            return Optional.empty();
        }
    },
    ADD {
        @Override
        Optional<String> in(HeldRegistry held) {
            add(held);
            return last(held);
        }
    },
    PROMOTE {
        @Override
        Optional<String> in(HeldRegistry held) {
            return told(held.promote(other(held), GivenName.CHAMPION, REASON));
        }
    },
    FORCE {
        @Override
        Optional<String> in(HeldRegistry held) {
            return told(held.force(other(held), GivenName.CHAMPION, REASON));
        }
    },
    ROLL_BACK {
        @Override
        Optional<String> in(HeldRegistry held) {
            return held.registry()
                            .standing()
                            .course(GivenName.CHAMPION)
                            .before()
                            .isPresent()
                    ? told(held.rollback(GivenName.CHAMPION, Optional.empty(), REASON))
                    : PROMOTE.in(held);
        }
    },
    MOVE_AN_ALIAS {
        @Override
        Optional<String> in(HeldRegistry held) {
            SortedSet<Long> versions = held.registry().standing().versions();
            if (versions.isEmpty()) {
                return ADD.in(held);
            }
            Optional<Long> now = held.registry().standing().course(CANARY).now();
            boolean isNewest = now.equals(Optional.of(versions.last()));
            return isNewest && versions.size() == 1
                    ? told(held.removeAlias(CANARY, REASON))
                    : told(held.promote(isNewest ? versions.first() : versions.last(), CANARY, REASON));
        }
    },
    REMOVE_AN_ALIAS {
        @Override
        Optional<String> in(HeldRegistry held) {
            return held.registry().standing().course(CANARY).now().isPresent()
                    ? told(held.removeAlias(CANARY, REASON))
                    : MOVE_AN_ALIAS.in(held);
        }
    },
    CLEAN {
        @Override
        Optional<String> in(HeldRegistry held) {
            return held.clean(new Retention(1), REASON).isEmpty() ? Optional.empty() : last(held);
        }
    };

    static final String NAME = "shapes";
    static final String CANARY = "canary";
    static final Reason REASON = new Reason(
            "as a test wants it", Optional.of(new Verdict("better", List.of(new Verdict.Figure("p", 0.003)))));

    /** {@return the entry by which it was done, by name; empty if there was nothing to do} */
    abstract Optional<String> in(HeldRegistry held);

    /** Takes the registry, which is made if need be, and does it. */
    Optional<String> run(Configuration hadoop, String uri, Clock clock, long number) throws InterruptedException {
        Hand hand = new Hand(new Actor("anna", "n1"), clock, number, notice -> {});
        try (HeldRegistry held = HeldRegistry.create(hadoop, uri, NAME, hand)) {
            return in(held);
        }
    }

    static Addition addition(long number) {
        return Addition.of(
                Map.of(
                        Addition.MODEL,
                        Content.of("the numbers of model " + number),
                        "run.yaml",
                        Content.of("seed: " + number + "\n")),
                number % 3 == 2
                        ? new Version.Origin(
                                "runs/" + number, Optional.of(number - 1), Optional.empty(), List.of(), new TreeMap<>())
                        : Version.Origin.of("runs/" + number),
                (hadoop, uri) -> new Version.Model("lenet5", 10, List.of(), "1x28x28", 100));
    }

    static Version add(HeldRegistry held) {
        return held.add(addition(held.registry().standing().next()), REASON);
    }

    private static Optional<String> told(Entry entry) {
        return Optional.of(entry.place().stamp().text());
    }

    private static Optional<String> last(HeldRegistry held) {
        List<Entry> history = held.registry().history();
        return told(history.get(history.size() - 1));
    }

    /** The newest version that is not the champion. */
    private static long other(HeldRegistry held) {
        Optional<Long> champion = held.registry().standing().champion();
        return held.registry().standing().versions().stream()
                .filter(version -> !Optional.of(version).equals(champion))
                .reduce((older, newer) -> newer)
                .orElseGet(() -> add(held).number());
    }
}
