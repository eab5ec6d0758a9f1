package convoy.jobs.study.tuning;

/** How the values between two ends are spread. */
public enum Scale {
    /** Equal differences are equally far apart. */
    LINEAR {
        @Override
        double at(double from, double to, double share) {
            return from + (to - from) * share;
        }

        @Override
        double share(double from, double to, double value) {
            return to == from ? 0 : (value - from) / (to - from);
        }
    },
    /** Equal ratios are equally far apart. */
    LOG {
        @Override
        double at(double from, double to, double share) {
            // StrictMath: the same bits on any machine, for they are a trial's identity.
            return StrictMath.exp(LINEAR.at(StrictMath.log(from), StrictMath.log(to), share));
        }

        @Override
        double share(double from, double to, double value) {
            return LINEAR.share(StrictMath.log(from), StrictMath.log(to), StrictMath.log(value));
        }
    };

    /** The value that lies at a share, in [0, 1], of the way. */
    abstract double at(double from, double to, double share);

    /** The share of the way at which a value lies. */
    abstract double share(double from, double to, double value);
}
