package convoy.jobs.study.run;

import convoy.jobs.study.file.Study;
import convoy.jobs.study.page.LivePage;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.store.StudyDirectory;
import convoy.parameterserver.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Renews the page about a study while it runs, now and then. Not safe for use by several threads. */
final class PageWriter {
    private final StudyDirectory directory;
    private final Study study;
    private final Optional<String> spark;
    private final Clock clock;
    private OptionalLong written = OptionalLong.empty();

    /** @param spark address of Spark's page about the application */
    PageWriter(StudyDirectory directory, Study study, Optional<String> spark, Clock clock) {
        this.directory = directory;
        this.study = study;
        this.spark = spark;
        this.clock = clock;
    }

    /** Writes it, if it was not written for a while. */
    void renew(StudyState state, Supplier<LivePage.Progress> progress) {
        long now = clock.nanoTime();
        if (written.isEmpty() || now - written.getAsLong() >= LivePage.RENEWED.toNanos()) {
            write(state, progress.get(), false);
            written = OptionalLong.of(now);
        }
    }

    /** Writes it for the last time in this call. */
    void end(StudyState state, LivePage.Progress progress) {
        write(state, progress, true);
    }

    private void write(StudyState state, LivePage.Progress progress, boolean over) {
        directory.page(
                LivePage.FILE, LivePage.of(study, state, progress, new LivePage.Moment(clock.now(), spark, over)));
    }
}
