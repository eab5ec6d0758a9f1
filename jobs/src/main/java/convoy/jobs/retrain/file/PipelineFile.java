package convoy.jobs.retrain.file;

import convoy.driver.configuration.RunConfiguration;
import convoy.jobs.runfile.BaseRun;
import convoy.jobs.runfile.RunFile;
import convoy.records.BadInputException;
import convoy.records.Codec;
import convoy.records.Problems;
import convoy.records.Value;
import java.util.List;
import java.util.function.UnaryOperator;

/** A pipeline file's text as a {@link Pipeline}, and back. */
public final class PipelineFile {
    private PipelineFile() {}

    /**
     * Reads a pipeline file, and the run file that it names.
     *
     * @param source the address of the pipeline file
     * @param text of the pipeline file, in YAML
     * @param overrides {@code a.b=c}, laid over the file in their order
     * @param files gives the text that lies at an address
     * @return the pipeline, whose base is a mapping that is a whole run
     * @throws BadInputException that lists every problem, a line for each
     */
    public static Pipeline read(String source, String text, List<String> overrides, UnaryOperator<String> files) {
        Pipeline pipeline = RunFile.read(Pipeline.class, source, text, overrides);
        Pipeline whole = pipeline.withBase(BaseRun.mapping(source, pipeline.base(), files));
        run(whole);
        return whole;
    }

    /**
     * {@return the run that a pipeline trains, still with the data that its base names}
     *
     * @param pipeline whose base is a mapping
     * @throws BadInputException that lists every problem of the base, a line for each
     */
    public static RunConfiguration run(Pipeline pipeline) {
        return Codec.of(RunConfiguration.class).readWritten(pipeline.base(), new Problems());
    }

    /**
     * {@return a run as the base of a pipeline}
     *
     * @param run of any data
     */
    public static Value written(RunConfiguration run) {
        return Codec.of(RunConfiguration.class).write(run);
    }

    /**
     * {@return the whole pipeline as YAML, with its format, every key and the base in it}
     *
     * @param pipeline to be written
     */
    public static String write(Pipeline pipeline) {
        return RunFile.stored(pipeline);
    }
}
