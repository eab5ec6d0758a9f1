package convoy.jobs.study.file;

import convoy.jobs.runfile.BaseRun;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import java.util.List;
import java.util.function.UnaryOperator;

/** A study file's text as a {@link Study}, and back. */
public final class StudyFile {
    private StudyFile() {}

    /**
     * Reads a study file, and the run file that it names.
     *
     * @param source the address of the study file
     * @param text of the study file, in YAML
     * @param overrides {@code a.b=c}, laid over the file in their order
     * @param files gives the text that lies at an address
     * @return the study, whose base is a mapping
     * @throws BadInputException that lists every problem, a line for each
     */
    public static Study read(String source, String text, List<String> overrides, UnaryOperator<String> files) {
        Study study = RunFile.read(Study.class, source, text, overrides);
        return study.withBase(BaseRun.mapping(source, study.base(), files));
    }

    /**
     * {@return the whole study as YAML, with its format, every key and the base in it}
     *
     * @param study to be written
     */
    public static String write(Study study) {
        return RunFile.stored(study);
    }
}
