package convoy.jobs.report.study;

import java.util.OptionalDouble;

/**
 * One run of a study.
 *
 * @param trial its directory's name
 * @param part which part of the training rows it was scored on, from 0
 * @param fate what became of it
 * @param validation its newest outcome on the validation rows, in the outcome's unit
 * @param test the same of the test rows, if it has read them
 * @param note why it ended before its end; empty if it did not
 */
public record Training(
        String trial, int part, StudyReport.Fate fate, OptionalDouble validation, OptionalDouble test, String note) {}
