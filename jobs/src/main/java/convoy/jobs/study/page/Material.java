package convoy.jobs.study.page;

import convoy.jobs.study.file.Study;
import convoy.jobs.study.findings.Findings;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.worker.data.DataSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Everything that a report is made of.
 *
 * @param study what was asked
 * @param state of the study at its end
 * @param findings of that
 * @param built by the names of the variants
 * @param logs by the ids of the trials
 * @param origin where the report comes from
 */
public record Material(
        Study study,
        StudyState state,
        Findings findings,
        Map<String, Built> built,
        Map<String, TrialLog> logs,
        Origin origin) {
    /**
     * Where a study comes from.
     *
     * @param release of Convoy
     * @param anyway whether it is refused unless one asks for it nevertheless
     * @param test fingerprint of the test set, if there is one
     */
    public record Origin(String release, boolean anyway, Optional<String> test) {
        /**
         * {@return where the report of a study comes from, in this release}
         *
         * @param hadoop settings of the file systems
         * @param study what was asked
         * @param release of Convoy
         * @param anyway whether it is refused unless one asks for it nevertheless
         */
        public static Origin of(Configuration hadoop, Study study, String release, boolean anyway) {
            return new Origin(release, anyway, study.test().map(uri -> DataSet.open(hadoop, uri)
                    .info()
                    .fingerprint()));
        }
    }

    public Material {
        built = Map.copyOf(built);
        logs = Map.copyOf(logs);
    }

    /**
     * Gathers what is known of a study that is at its end: its data and the directories of its trials are looked at.
     *
     * @param hadoop settings of the file systems
     * @param resolved the study
     * @param state how it stands, at its end
     * @param findings of that
     * @param origin of the report
     * @return what the report is made of
     * @throws convoy.records.BadInputException if one of them cannot be read
     */
    public static Material of(
            Configuration hadoop, ResolvedStudy resolved, StudyState state, Findings findings, Origin origin) {
        Map<String, Built> built = new LinkedHashMap<>();
        Map<String, TrialLog> logs = new LinkedHashMap<>();
        for (VariantState variant : state.variants()) {
            List<Member> members = members(variant);
            members.forEach(member -> logs.put(member.trial().id(), TrialLog.read(hadoop, member)));
            Member shown = variant.comparing().isEmpty()
                    ? members.get(0)
                    : variant.comparing().get(0);
            built.put(variant.variant(), Built.of(hadoop, shown.trial()));
        }
        return new Material(resolved.study(), state, findings, built, logs, origin);
    }

    /** All trials of a variant, those of its search first. */
    static List<Member> members(VariantState variant) {
        return Stream.concat(variant.tuning().stream(), variant.comparing().stream())
                .toList();
    }

    /** What one variant is made of. */
    Built built(VariantState variant) {
        return Optional.ofNullable(built.get(variant.variant())).orElseThrow();
    }

    /** What one trial's directory says. */
    TrialLog log(Member member) {
        return Optional.ofNullable(logs.get(member.trial().id())).orElseThrow();
    }

    /** Of all trials, in the order of the study. */
    List<Member> all() {
        List<Member> all = new ArrayList<>();
        state.variants().forEach(variant -> all.addAll(members(variant)));
        return all;
    }
}
