/**
 * A study while it runs: its trials in a Spark application, each from a thread of its own, and what a person sees of that. What is trained
 * next is decided in {@code convoy.jobs.study.plan} and {@code schedule}, what follows from it all in {@code findings}.
 */
@NullMarked
package convoy.jobs.study.run;

import org.jspecify.annotations.NullMarked;
