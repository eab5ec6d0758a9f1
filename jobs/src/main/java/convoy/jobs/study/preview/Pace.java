package convoy.jobs.study.preview;

import convoy.records.text.Counts;

/** How fast one worker trains a variant, and how that is known. */
public sealed interface Pace {
    /** {@return images a second that one worker trains on} */
    double images();

    /** {@return for a person, how that is known} */
    String source();

    /**
     * As whoever asked says it is.
     *
     * @param images a second that one worker trains on
     */
    record Stated(double images) implements Pace {
        @Override
        public String source() {
            return "as stated";
        }
    }

    /**
     * As trials of the variant were trained: with all that a step waits for, and with what is scored between.
     *
     * @param images a second that one worker trained on
     * @param trials so many of them
     */
    record Trained(double images, int trials) implements Pace {
        @Override
        public String source() {
            return "as " + Counts.of(trials, "trial") + " of it " + (trials == 1 ? "was" : "were") + " trained";
        }
    }

    /**
     * As engines compute its micro-batches, with no data and no servers around them: training is slower.
     *
     * @param images a second that one engine computes
     * @param engines at once on the machine that measured
     */
    record Measured(double images, int engines) implements Pace {
        @Override
        public String source() {
            return "as measured on this machine, " + Counts.of(engines, "engine")
                    + " at once without data and servers, which take more";
        }
    }

    /**
     * Nothing is known of it but the multiply-adds of its network.
     *
     * @param images a second that follow for one worker
     * @param from the variant whose pace is scaled by them
     */
    record Extrapolated(double images, String from) implements Pace {
        @Override
        public String source() {
            return "extrapolated from " + from + " by multiply-adds";
        }
    }
}
