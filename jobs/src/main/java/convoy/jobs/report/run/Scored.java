package convoy.jobs.report.run;

/**
 * How well the held-out rows did.
 *
 * @param step updates done
 * @param epoch likewise
 * @param accuracy share of the rows, in [0, 1]
 * @param top5Accuracy no number where it is not written
 * @param loss no number if it is none
 * @param rows that were scored
 */
public record Scored(long step, double epoch, double accuracy, double top5Accuracy, double loss, long rows) {}
