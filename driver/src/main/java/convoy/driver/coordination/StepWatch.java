package convoy.driver.coordination;

import convoy.worker.loop.StepReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The step that is being computed: what of it is reported, who is late with it, and who does what is late. Of the step before all is
 * reported, but not all need have arrived: who has reported and is slow to push, or has stopped, is late with that.
 *
 * <p>Guarded by the coordinator.
 */
final class StepWatch {
    private final int microBatches;
    private final Members members;
    private final Pace pace;
    private final Deliveries deliveries;
    private StepMetrics current;

    /** The version that the servers were opened with: before it there is no step. */
    private long first;

    StepWatch(Members members, int microBatches, long first, long now) {
        this.members = members;
        this.microBatches = microBatches;
        this.first = first;
        this.pace = new Pace(now);
        this.deliveries = new Deliveries(microBatches);
        this.current = new StepMetrics(first, microBatches);
    }

    /** Of the step that is being computed. */
    StepMetrics metrics() {
        return current;
    }

    Pace pace() {
        return pace;
    }

    /** Servers were opened with a version, which is the next step. */
    void restart(long version, long now) {
        first = version;
        deliveries.restart();
        begin(version, now);
    }

    /** The step after begins. */
    void next(long now) {
        deliveries.next();
        begin(current.step() + 1, now);
    }

    private void begin(long step, long now) {
        current = new StepMetrics(step, microBatches);
        pace.begin(now);
        members.beginStep();
    }

    /**
     * Takes in a report, of an incarnation that stands.
     *
     * @param id of the worker
     * @return whether the step is complete by it
     */
    boolean add(long id, StepReport report, long now) {
        long age = current.step() - report.step();
        if ((age == 0 && !current.complete()) || (age == 1 && current.step() > first)) {
            deliveries.reported(id, report, age);
        }
        if (age != 0 || current.complete()) {
            return false;
        }
        Optional<Member> member = Optional.ofNullable(members.get(id));
        current.add(member.map(Member::name).orElse("workers given up"), report);
        member.ifPresent(reporting -> reporting.reported(current, pace.taken(now)));
        return current.complete();
    }

    /** A worker has said that the servers have what it reported. */
    void arrived(long id, long report) {
        deliveries.arrived(id, report);
    }

    /** The step is done: what it says of time and of the workers. Returns what is to be told of workers that are withdrawn. */
    List<String> judge(long now) {
        List<Member> sharing = members.sharing();
        double shares = members.longestShare();
        pace.done(members.timeBesidesShares());
        List<String> news = new ArrayList<>();
        for (Member member : sharing) {
            Standing standing = member.standing();
            if (standing.isSuspected()) {
                member.observeAtLeast(pace.taken(now) / (1 + member.delivered(current)));
                boolean others = sharing.stream()
                        .anyMatch(other -> other != member && other.standing().isTrusted());
                if (standing.missed(now, pace.patience(shares), others)) {
                    news.add(member.name() + " is late again and again and has no share for the next "
                            + Math.max(1, Math.round(standing.left(now) / 1e9)) + " s");
                }
            } else if (member.isFinished()) {
                standing.inTime();
            }
        }
        return news;
    }

    /** What a look at the time has led to. */
    enum Look {
        NOTHING,
        /** What is late was given to others. */
        RESCUED,
        /** Nothing moves, for no reason that is known: everybody computes what is not known to have arrived. */
        UNSTUCK
    }

    /** @param until steps below this one are computed */
    Look look(long now, long until) {
        double shares = members.longestShare();
        if (!pace.isLate(now, shares)) {
            // What has not moved for long is late as well.
            return Look.NOTHING;
        }
        List<Integer> lacking = lackingBefore();
        if (!lacking.isEmpty() && rescue(current.step() - 1, lacking, deliveries.reportersBefore(lacking), now)) {
            return Look.RESCUED;
        }
        if (lacking.isEmpty() && current.step() < until) {
            List<Integer> missing = current.missing();
            if (rescue(current.step(), missing, members.having(current.step(), missing), now)) {
                return Look.RESCUED;
            }
        }
        if (pace.isStalled(now, shares) && current.untouched() && (current.step() < until || !lacking.isEmpty())) {
            unstick(lacking, now);
            return Look.UNSTUCK;
        }
        return Look.NOTHING;
    }

    /** While nobody has reported of this step, the servers may not be done with the one before. */
    private List<Integer> lackingBefore() {
        return current.untouched() && current.step() > first ? deliveries.lackingBefore() : List.of();
    }

    private boolean rescue(long step, List<Integer> missing, Set<Long> late, long now) {
        boolean given = members.rescue(step, missing, late);
        if (given) {
            Set<Long> owners = new HashSet<>(late);
            owners.removeIf(id -> members.isRescuing(id, step, missing));
            members.suspect(owners);
            pace.changed(now);
        }
        return given;
    }

    /**
     * All metrics of the step before are in and yet nobody reports of this one, and nobody is there who is known to be free: something that
     * was reported did not reach the servers. Everybody computes it, each from another place on.
     */
    private void unstick(List<Integer> lacking, long now) {
        if (current.step() > first) {
            List<Integer> all = IntStream.range(0, microBatches).boxed().toList();
            members.rescueTogether(current.step() - 1, lacking.isEmpty() ? all : lacking);
        }
        pace.changed(now);
    }

    /** In a line, how long nothing has moved, and who is waited for. */
    String standstill(long now) {
        List<Integer> lacking = lackingBefore();
        long step = lacking.isEmpty() ? current.step() : current.step() - 1;
        List<Integer> missing = lacking.isEmpty() ? current.missing() : lacking;
        return "step " + current.step() + " has not moved for " + pace.age(now).toSeconds() + " s; "
                + (lacking.isEmpty() ? "not computed" : "computed and not at the servers, of step " + step) + ": "
                + members.owing(step, missing, now);
    }
}
