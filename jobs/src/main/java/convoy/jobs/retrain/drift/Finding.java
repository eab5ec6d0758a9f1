package convoy.jobs.retrain.drift;

import convoy.jobs.study.verdict.Figures;
import convoy.records.text.Counts;
import java.util.List;
import java.util.Locale;

/** One thing that was found of new data. */
public sealed interface Finding {
    /** {@return what follows from it} */
    Grade grade();

    /** {@return one sentence, whole, for a person} */
    String sentence();

    /**
     * There are fewer rows than are worth a training.
     *
     * @param rows how many are new
     * @param minimum of the pipeline
     */
    record TooFewRows(long rows, long minimum) implements Finding {
        @Override
        public Grade grade() {
            return Grade.REFUSAL;
        }

        @Override
        public String sentence() {
            return "There " + (rows == 1 ? "is 1 new row" : "are " + Counts.of(rows, "new row"))
                    + ", and guards.minimum-rows = " + minimum + ".";
        }
    }

    /**
     * Pictures are grey where the champion's are coloured, or the other way round.
     *
     * @param fresh channels of the new pictures
     * @param champion channels of the champion's
     */
    record OtherChannels(int fresh, int champion) implements Finding {
        @Override
        public Grade grade() {
            return Grade.REFUSAL;
        }

        @Override
        public String sentence() {
            return "The new pictures have " + Counts.plain(fresh, "channel") + " and the champion's " + champion + ".";
        }
    }

    /**
     * There are rows of a class that the champion has not.
     *
     * @param name of the class
     * @param rows how many
     * @param grade what follows
     */
    record UnknownClass(String name, long rows, Grade grade) implements Finding {
        @Override
        public String sentence() {
            return Counts.of(rows, "new row") + (rows == 1 ? " is" : " are") + " of class " + name
                    + ", which the champion has not.";
        }
    }

    /**
     * There is no row of a class of the champion's, and chance does not explain it.
     *
     * @param name of the class
     * @param share of it among the champion's rows
     * @param rows how many new rows there are
     * @param p of drawing none of it, after Holm's correction over the champion's classes
     * @param grade what follows
     */
    record LostClass(String name, double share, long rows, double p, Grade grade) implements Finding {
        @Override
        public String sentence() {
            return "None of " + Counts.of(rows, "new row") + " is of class " + name + ", as " + Evidence.percent(share)
                    + " of the champion's are (" + Figures.p(p, 0) + ").";
        }
    }

    /**
     * The shares of the classes.
     *
     * @param mostMoved name of the class that has the largest part
     * @param evidence figures
     */
    record ClassBalance(String mostMoved, Evidence evidence) implements Finding {
        @Override
        public Grade grade() {
            return evidence.grade();
        }

        @Override
        public String sentence() {
            return "Shares of the classes: " + evidence.text() + "; most of it is class " + mostMoved + ", with "
                    + Evidence.percent(evidence.shift().freshShare()) + " of the new rows and "
                    + Evidence.percent(evidence.shift().championShare()) + " of the champion's.";
        }
    }

    /**
     * The sizes of the pictures.
     *
     * @param evidence figures
     */
    record Sizes(Evidence evidence) implements Finding {
        @Override
        public Grade grade() {
            return evidence.grade();
        }

        @Override
        public String sentence() {
            List<Integer> moved = evidence.shift().moved();
            return "Sizes of the pictures: " + evidence.text() + "; most of it is pictures of "
                    + String.format(Locale.ROOT, "%,d", 1L << moved.get(0)) + " to "
                    + String.format(Locale.ROOT, "%,d", (2L << moved.get(moved.size() - 1)) - 1) + " pixels, with "
                    + Evidence.percent(evidence.shift().freshShare()) + " of the new ones and "
                    + Evidence.percent(evidence.shift().championShare()) + " of the champion's.";
        }
    }

    /**
     * The pixel values of one channel in one class.
     *
     * @param className the class
     * @param channel its name
     * @param evidence figures
     */
    record Pixels(String className, String channel, Evidence evidence) implements Finding {
        @Override
        public Grade grade() {
            return evidence.grade();
        }

        @Override
        public String sentence() {
            List<Integer> moved = evidence.shift().moved();
            return "Pixels of class " + className + ", " + channel + ": " + evidence.text() + "; most of it is values "
                    + moved.get(0) + " to " + moved.get(moved.size() - 1) + ", with "
                    + Evidence.percent(evidence.shift().freshShare()) + " of the new pixels and "
                    + Evidence.percent(evidence.shift().championShare()) + " of the champion's.";
        }
    }
}
