package convoy.jobs.study.page;

import convoy.jobs.report.page.ReportFiles;
import convoy.jobs.report.study.StudyPage;
import convoy.jobs.report.study.StudyTiming;
import convoy.jobs.study.findings.FindingsJson;
import convoy.jobs.study.store.StudyDirectory;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a study's report. */
public final class StudyFiles {
    /** The one that differs each time. */
    public static final String TIMING = "timing.json";

    private StudyFiles() {}

    /**
     * {@return what is written, as text by the file's name: for people {@code report.html}, {@code report.md} and a file of comma-separated
     * values for each table; for programs {@code study.json}} All but {@link #TIMING} is the same whatever was killed on the way.
     *
     * @param material of the report
     * @param readings of the test set
     */
    public static Map<String, String> of(Material material, List<StudyDirectory.Reading> readings) {
        Map<String, String> files = new LinkedHashMap<>(ReportFiles.of(StudyPage.of(ReportMaker.of(material))));
        files.put("study.json", FindingsJson.json(material.findings()));
        files.put(TIMING, timing(material, readings).json());
        return files;
    }

    private static StudyTiming timing(Material material, List<StudyDirectory.Reading> readings) {
        return new StudyTiming(
                material.all().stream()
                        .map(member -> {
                            TrialLog.Times times = material.log(member).times();
                            return new StudyTiming.Timed(
                                    member.trial().id(),
                                    member.trial().variant(),
                                    times.begun().map(Instant::toString).orElse(""),
                                    times.seconds(),
                                    times.calls());
                        })
                        .toList(),
                readings.stream()
                        .map(reading -> new StudyTiming.TestReading(reading.at(), reading.trials()))
                        .toList());
    }
}
