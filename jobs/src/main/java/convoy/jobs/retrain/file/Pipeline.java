package convoy.jobs.retrain.file;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.Value;
import convoy.records.annotation.Default;
import convoy.records.annotation.Named;
import convoy.worker.storage.HomeDirectory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is trained again whenever there is something new, and what a new model has to show. The keys of a pipeline file are the names of
 * the components. Each part checks itself; what two parts must agree on is checked here.
 *
 * @param name of the pipeline
 * @param registry URI of the directory that holds the versions of its model, on any Hadoop file system
 * @param base the run that is trained: the address of a run file, or its keys; its data are the pipeline's
 * @param data where data come from that may be new
 * @param window which of them are trained on
 * @param heldOut the rows on which champion and challenger are compared
 * @param start what a challenger begins with
 * @param guards what is looked at before anything is trained
 * @param promotion what a challenger has to show
 * @param licence of the models, for their cards; empty: none is named
 * @param notifying a command that is given the verdict as JSON, word by word; empty: none
 */
@RecordBuilder
public record Pipeline(
        String name,
        String registry,
        Value base,
        DataPlan data,
        Window window,
        HeldOut heldOut,
        @Default("scratch") Start start,
        Guards guards,
        PromotionRules promotion,
        @Default("") String licence,

        @Default(Default.EMPTY_LIST) @Named("notify") List<String> notifying)
        implements PipelineBuilder.With {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public Pipeline {
        registry = HomeDirectory.uri("registry", registry);
        notifying = List.copyOf(notifying);
        if (!NAME.matcher(name).matches()) {
            throw new BadInputException(Refusal.of("name", "'" + name + "'")
                    .because("does not match " + NAME.pattern())
                    .instead("it names runs; use letters, digits, '.', '_', '-'"));
        }
        if (registry.isBlank()) {
            throw new BadInputException(Refusal.of("registry", "''")
                    .because("is empty")
                    .instead("give the directory that holds the versions of the model"));
        }
        requireApart(data, heldOut);
        if (!notifying.isEmpty() && notifying.get(0).isBlank()) {
            throw new BadInputException(Refusal.of("notify", notifying)
                    .because("begins with no command")
                    .instead("give its words, as [./tell, --channel, models], or leave it out"));
        }
    }

    private static void requireApart(DataPlan data, HeldOut heldOut) {
        if (data instanceof DataPlan.Partitions partitions && heldOut.data().isPresent()) {
            String uri = heldOut.data().get();
            DayPattern pattern = partitions.pattern();
            int slash = uri.lastIndexOf('/');
            if (slash > 0
                    && uri.substring(0, slash).equals(pattern.folder())
                    && pattern.isMeant(uri.substring(slash + 1))) {
                throw new BadInputException(Refusal.of("held-out.data", uri)
                        .because("is one of the days that are trained on", "data")
                        .instead("give a data set that lies elsewhere, or hold out a share"));
            }
        }
    }
}
