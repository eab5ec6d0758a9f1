package convoy.jobs.retrain.run;

import convoy.driver.profile.DataProfile;
import convoy.jobs.retrain.comparison.Leakage;
import convoy.jobs.retrain.comparison.PromotionVerdict;
import convoy.jobs.retrain.comparison.Tally;
import convoy.jobs.retrain.news.Chosen;
import convoy.jobs.retrain.news.Lineage;
import convoy.jobs.retrain.news.News;
import java.util.List;
import java.util.Optional;

/**
 * What a retraining needs of the world.
 *
 * @param data what lies there
 * @param trainer makes models
 * @param scorer has models answer the held-out rows
 * @param line the versions of the model
 */
public record Ports(Data data, Trainer trainer, Scorer scorer, Line line) {
    /** What lies where data come from. */
    public interface Data {
        /**
         * {@return what is new}
         *
         * @param lineage what the champion's line was trained on
         */
        News news(Lineage lineage);

        /**
         * {@return the profile of several data sets together}
         *
         * @param dataSets that are there
         */
        DataProfile profile(List<Chosen> dataSets);

        /**
         * {@return the profile of what the champion was trained on; empty if it was not kept}
         *
         * @param champion that serves
         */
        Optional<DataProfile> profile(Champion champion);

        /**
         * {@return held-out rows that are trained on}
         *
         * @param dataSets that are to be trained on
         */
        Leakage leakage(List<Chosen> dataSets);
    }

    /** Makes models. */
    public interface Trainer {
        /**
         * Trains, or goes on from where an earlier call was cut off; what was trained to its end is not trained again.
         *
         * @param attempt what is trained
         */
        void train(Attempt attempt);
    }

    /** Has models answer the held-out rows. */
    public interface Scorer {
        /**
         * {@return how champion and challenger answered the same rows}
         *
         * @param champion that serves
         * @param attempt that was trained to its end
         */
        Tally compare(Champion champion, Attempt attempt);

        /**
         * {@return how the challenger alone answered}
         *
         * @param attempt that was trained to its end
         */
        Alone alone(Attempt attempt);

        /**
         * Answers of one model.
         *
         * @param accuracy in [0, 1]
         * @param rows how many
         */
        record Alone(double accuracy, long rows) {}
    }

    /** The versions of the model, which one retraining at a time changes. Each change is there whole or not at all. */
    public interface Line {
        /** {@return the version that serves; empty while there is none} */
        Optional<Champion> champion();

        /**
         * {@return the version that came of an attempt; empty if it has come to none}
         *
         * @param id of the attempt
         */
        Optional<Judged> judged(String id);

        /**
         * Adds a version, which no alias names yet.
         *
         * @param attempt that was trained to its end
         * @param verdict on it
         * @return its number
         */
        long add(Attempt attempt, PromotionVerdict verdict);

        /**
         * Makes a version the champion, if the champion is still the one that it was held against.
         *
         * @param version its number
         * @param held the champion then; empty if there was none
         * @param move with or against the verdict, and why
         * @return whether it is the champion now; if not, somebody else moved it
         */
        boolean promote(long version, Optional<Long> held, Move move);
    }

    /**
     * A version that came of an attempt.
     *
     * @param version its number
     * @param verdict on it
     */
    public record Judged(long version, PromotionVerdict verdict) {}

    /**
     * Why a version becomes champion.
     *
     * @param verdict on it
     * @param because somebody's reason to promote it against the verdict; empty if the verdict promotes it
     */
    public record Move(PromotionVerdict verdict, Optional<String> because) {}
}
