package convoy.architectures.operations;

import convoy.records.BadInputException;

/** Limits of what an operation is made with. */
final class Limits {
    private Limits() {}

    static void atLeast(String operation, String name, int value, int least) {
        if (value < least) {
            throw new BadInputException(operation + ": " + name + " = " + value + ", must be at least " + least);
        }
    }

    static void atMost(String operation, String name, int value, int most, String why) {
        if (value > most) {
            throw new BadInputException(
                    operation + ": " + name + " = " + value + ", must be at most " + most + ", " + why);
        }
    }

    static void checkWindow(
            String operation,
            int kernelHeight,
            int kernelWidth,
            int strideHeight,
            int strideWidth,
            int paddingHeight,
            int paddingWidth) {
        atLeast(operation, "kernelHeight", kernelHeight, 1);
        atLeast(operation, "kernelWidth", kernelWidth, 1);
        atLeast(operation, "strideHeight", strideHeight, 1);
        atLeast(operation, "strideWidth", strideWidth, 1);
        atLeast(operation, "paddingHeight", paddingHeight, 0);
        atLeast(operation, "paddingWidth", paddingWidth, 0);
    }

    static void checkProbability(String operation, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new BadInputException(operation + ": probability = " + probability
                    + ", must lie in [0, 1); it is the probability to drop");
        }
    }

    static void checkEpsilon(String operation, double epsilon) {
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new BadInputException(operation + ": epsilon = " + epsilon + ", must lie between 0 and 1");
        }
    }

    static void checkMomentum(String operation, double momentum) {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new BadInputException(operation + ": momentum = " + momentum + ", must lie in (0, 1]");
        }
    }
}
