package convoy.jobs.retrain.run;

import convoy.jobs.retrain.comparison.PromotionVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a retraining ended. */
public sealed interface Outcome {
    /** What happened, and the first reason. */
    int TOLD = 2;

    /** {@return the exit status of the process} */
    int exitStatus();

    /** {@return all of it for a person, a sentence or two each; the first says what happened} */
    List<String> sentences();

    /** {@return what happened, in one word for a program} */
    String word();

    /** {@return what happened, in one line for whoever is told no more: the word, and what a person reads first} */
    default String told() {
        return word() + ": "
                + String.join(
                        " ", sentences().subList(0, Math.min(TOLD, sentences().size())));
    }

    /** {@return the version that came of it; empty if none did} */
    default Optional<Long> made() {
        return Optional.empty();
    }

    /** {@return the verdict on that version; empty if there is none} */
    default Optional<PromotionVerdict> judgement() {
        return Optional.empty();
    }

    /**
     * A new version serves.
     *
     * @param version its number
     * @param verdict on it
     * @param forced whether that is against the verdict
     */
    record Promoted(long version, PromotionVerdict verdict, boolean forced) implements Outcome {
        @Override
        public String word() {
            return "promoted";
        }

        @Override
        public Optional<Long> made() {
            return Optional.of(version);
        }

        @Override
        public Optional<PromotionVerdict> judgement() {
            return Optional.of(verdict);
        }

        @Override
        public int exitStatus() {
            return 0;
        }

        @Override
        public List<String> sentences() {
            return begun(
                    "Version " + version + " is champion now" + (forced ? ", against the verdict." : "."),
                    verdict.sentences());
        }
    }

    /**
     * A new version was trained, and the old one serves.
     *
     * @param version its number
     * @param verdict on it
     */
    record NotPromoted(long version, PromotionVerdict verdict) implements Outcome {
        static final int STATUS = 10;

        @Override
        public String word() {
            return "not-promoted";
        }

        @Override
        public Optional<Long> made() {
            return Optional.of(version);
        }

        @Override
        public Optional<PromotionVerdict> judgement() {
            return Optional.of(verdict);
        }

        @Override
        public int exitStatus() {
            return STATUS;
        }

        @Override
        public List<String> sentences() {
            return begun("Version " + version + " was trained and does not serve.", verdict.sentences());
        }
    }

    /**
     * There was nothing to train for.
     *
     * @param notes on the data
     */
    record NothingNew(List<String> notes) implements Outcome {
        public NothingNew {
            notes = List.copyOf(notes);
        }

        @Override
        public String word() {
            return "nothing-new";
        }

        @Override
        public int exitStatus() {
            return 0;
        }

        @Override
        public List<String> sentences() {
            return begun("Nothing is new.", notes);
        }
    }

    /**
     * A guard refused the data, and nothing was trained.
     *
     * @param reasons of the guard
     */
    record Refused(List<String> reasons) implements Outcome {
        static final int STATUS = 11;

        public Refused {
            reasons = List.copyOf(reasons);
        }

        @Override
        public String word() {
            return "refused";
        }

        @Override
        public int exitStatus() {
            return STATUS;
        }

        @Override
        public List<String> sentences() {
            return begun("The new data were refused, and nothing was trained.", reasons);
        }
    }

    /**
     * While the challenger was trained somebody else moved the champion, so that it was held against one that does not serve any more. What
     * was trained stays a version.
     *
     * @param version its number
     */
    record Overtaken(long version) implements Outcome {
        /** As of whoever finds a registry held: the same may be asked again. */
        static final int STATUS = 75;

        @Override
        public String word() {
            return "overtaken";
        }

        @Override
        public Optional<Long> made() {
            return Optional.of(version);
        }

        @Override
        public int exitStatus() {
            return STATUS;
        }

        @Override
        public List<String> sentences() {
            return List.of("Version " + version
                    + " was compared with a champion that does not serve any more, as somebody moved"
                    + " it meanwhile: the same command compares with the one that does.");
        }
    }

    private static List<String> begun(String first, List<String> others) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return List.copyOf(all);
    }
}
