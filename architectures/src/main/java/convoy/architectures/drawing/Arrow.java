package convoy.architectures.drawing;

/** From the box that gives to the box that takes, by their ids. */
record Arrow(int from, int to) {}
