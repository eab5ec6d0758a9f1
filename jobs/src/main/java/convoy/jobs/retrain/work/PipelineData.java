package convoy.jobs.retrain.work;

import convoy.driver.profile.DataProfile;
import convoy.driver.profile.ProfileStore;
import convoy.driver.profile.Rows;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.profiling.CommonRowsJob;
import convoy.driver.spark.profiling.ProfileJob;
import convoy.jobs.card.DataDrift;
import convoy.jobs.retrain.comparison.Leakage;
import convoy.jobs.retrain.file.Pipeline;
import convoy.jobs.retrain.news.Chosen;
import convoy.jobs.retrain.news.DataListing;
import convoy.jobs.retrain.news.Lineage;
import convoy.jobs.retrain.news.News;
import convoy.jobs.retrain.run.Attempt;
import convoy.jobs.retrain.run.Champion;
import convoy.jobs.retrain.run.Ports;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Looks at data with Spark.
 *
 * @param spark the application
 * @param pipeline whose data they are
 * @param listing of what lies there
 * @param snapshots are made data sets, where data come from a table
 * @param sets joins them
 * @param profiles that are kept
 * @param trainedOn by version, the data that it was trained on and not only those it came from
 */
@RecordBuilder
record PipelineData(
        SparkApplication spark,
        Pipeline pipeline,
        DataListing listing,
        SnapshotSets snapshots,
        JoinedSets sets,
        ProfileStore profiles,
        LongFunction<List<Lineage.Trained>> trainedOn)
        implements Ports.Data {
    @Override
    public News news(Lineage lineage) {
        return snapshots.imported(News.of(listing.of(pipeline.data()), lineage, pipeline.window()));
    }

    @Override
    public DataProfile profile(List<Chosen> dataSets) {
        return dataSets.stream()
                .map(one -> profile(one.dataSet().uri(), one.dataSet().fingerprint()))
                .reduce(DataProfile::plus)
                .orElseThrow();
    }

    private DataProfile profile(String uri, String fingerprint) {
        return profiles.read(fingerprint).orElseGet(() -> {
            DataProfile counted = ProfileJob.run(spark, uri);
            profiles.write(fingerprint, counted);
            return counted;
        });
    }

    /** The data themselves may be gone; what was counted of them stays. */
    @Override
    public Optional<DataProfile> profile(Champion champion) {
        return profile(champion.version());
    }

    private Optional<DataProfile> profile(long version) {
        List<DataProfile> known = new ArrayList<>();
        for (Lineage.Trained trained : trainedOn.apply(version)) {
            Optional<DataProfile> kept = profiles.read(trained.fingerprint());
            if (kept.isEmpty()) {
                return Optional.empty();
            }
            known.add(kept.get());
        }
        return known.stream().reduce(DataProfile::plus);
    }

    /** What is new of an attempt's data beside what its champion was trained on; empty where there is nothing to compare. */
    Optional<DataDrift> drift(Attempt attempt) {
        List<Chosen> fresh =
                attempt.data().stream().filter(one -> one.standing().isNews()).toList();
        return fresh.isEmpty()
                ? Optional.empty()
                : attempt.champion().flatMap(this::profile).map(before -> new DataDrift(before, profile(fresh)));
    }

    @Override
    public Leakage leakage(List<Chosen> dataSets) {
        JoinedSets.Pair pair = sets.of(dataSets);
        return Leakage.of(List.of(sets.common(pair, (heldOut, training) -> {
            // Every row of both is decoded: a retraining that was killed and goes on need not do that again.
            return CommonRowsJob.run(spark, Rows.all(heldOut), Rows.all(training));
        })));
    }
}
