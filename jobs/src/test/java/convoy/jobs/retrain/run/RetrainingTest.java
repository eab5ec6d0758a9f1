package convoy.jobs.retrain.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.profile.ClassProfile;
import convoy.jobs.retrain.comparison.Leakage;
import convoy.jobs.retrain.statistics.PairedCounts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How retrainings end, and that a kill at any moment changes nothing of that. */
final class RetrainingTest {
    private static final PairedCounts WORSE = new PairedCounts(700, 20, 200, 80);

    private static World begun() {
        World world = new World();
        world.day(1, "a");
        assertThat(world.call()).isInstanceOf(Outcome.Promoted.class);
        world.day(2, "b");
        return world;
    }

    @Test
    void theFirstModelServes() {
        World world = new World();
        world.day(1, "a");
        Outcome outcome = world.call();
        assertThat(outcome.exitStatus()).isZero();
        assertThat(outcome.sentences())
                .containsExactly(
                        "Version 1 is champion now.",
                        "Promoted: there is no champion yet.",
                        "The challenger gets 90.00 % of 1,000 held-out rows right.");
        assertThat(world.call()).isEqualTo(new Outcome.NothingNew(List.of()));
        assertThat(world.call().exitStatus()).isZero();
    }

    @Test
    void theBetterOneTakesItsPlace() {
        World world = begun();
        assertThat(world.call().sentences())
                .startsWith("Version 2 is champion now.", "Promoted: the challenger is better.");
        assertThat(world.history).containsExactly("1", "2");
        assertThat(world.warnings).isEmpty();
    }

    @Test
    void theWorseOneDoesNotAndIsNotTriedAgain() {
        World world = begun();
        world.answers = WORSE;
        Outcome outcome = world.call();
        assertThat(outcome.exitStatus()).isEqualTo(10);
        assertThat(outcome.sentences()).startsWith("Version 2 was trained and does not serve.", "Not promoted.");
        int trained = world.epochsTrained;
        assertThat(world.call())
                .isEqualTo(new Outcome.NothingNew(List.of(
                        "What the champion was not trained on was tried as version 2, which" + " was not promoted.")));
        assertThat(world.epochsTrained).isEqualTo(trained);
        // With the next day there is something to try again.
        world.day(3, "c");
        assertThat(world.call()).isInstanceOf(Outcome.NotPromoted.class);
    }

    @Test
    void itMayBeForcedAtOnceOrLater() {
        World world = begun();
        world.answers = WORSE;
        world.call();
        Outcome outcome = world.call(Optional.of("the old one is wrong about trucks"));
        assertThat(outcome.sentences()).startsWith("Version 2 is champion now, against the verdict.", "Not promoted.");
        world.day(3, "c");
        world.call(Optional.of("again"));
        assertThat(world.history)
                .containsExactly("1", "2 forced: the old one is wrong about trucks", "3 forced: again");
    }

    @Test
    void aReasonIsNotNeededForWhatIsBetter() {
        World world = begun();
        world.call(Optional.of("in any case"));
        assertThat(world.history).containsExactly("1", "2");
    }

    @Test
    void whatAGuardRefusesIsNotTrained() {
        World world = begun();
        world.perDataSet.set(
                1, new ClassProfile("fox", 100, world.perDataSet.get(1).channels()));
        world.leakage =
                new Leakage(List.of("held-out data and training data have 3 pictures in common"), List.of("A note."));
        // The champion's data have changed with it here: a profile that is not kept is told and not compared.
        world.profilesAreKept = false;
        Outcome outcome = world.call();
        assertThat(outcome)
                .isEqualTo(new Outcome.Refused(List.of("held-out data and training data have 3 pictures in common")));
        assertThat(outcome.exitStatus()).isEqualTo(11);
        assertThat(world.warnings)
                .containsExactly(
                        "No profile is kept of what the champion was trained on: the new data are not compared with it.",
                        "A note.");
        assertThat(world.epochsTrained).isEqualTo(3);
        assertThat(world.versions).hasSize(1);
    }

    @Test
    void tooFewRowsAreRefused() {
        World world = new World();
        world.day(1, "a");
        world.perDataSet.replaceAll(one -> new ClassProfile(one.name(), 4, one.channels()));
        assertThat(world.call())
                .isEqualTo(new Outcome.Refused(List.of("There are 8 new rows, and guards.minimum-rows = 100.")));
    }

    @Test
    void theSpreadOverSeedsCounts() {
        World world = begun();
        world.seeds = List.of(0.7, 0.9, 0.8);
        assertThat(world.call().sentences())
                .last()
                .asString()
                .contains("by which two seeds of one recipe may be apart");
    }

    @Test
    void whoeverIsOvertakenSaysSoAndBeginsAgain() {
        World world = begun();
        world.meanwhile = () -> {
            world.versions.add(new World.Version(
                    "by hand", List.of(), world.versions.get(0).verdict()));
            world.champion = Optional.of(3L);
            world.history.add("3 by hand");
        };
        Outcome outcome = world.call();
        assertThat(outcome).isEqualTo(new Outcome.Overtaken(2));
        assertThat(outcome.exitStatus()).isEqualTo(75);
        assertThat(world.champion).contains(3L);
    }

    /** Better or worse, first or not: after the kill the same command does what is left, and all is as if nothing had happened. */
    @Test
    void killedAtAnyMomentItFinishesOrBeginsAgain() {
        for (boolean better : List.of(true, false)) {
            for (Optional<String> because : List.of(Optional.<String>empty(), Optional.of("why not"))) {
                World alone = begun();
                alone.answers = better ? alone.answers : WORSE;
                Outcome expected = alone.call(because);
                int moment = 0;
                while (true) {
                    World world = begun();
                    world.answers = better ? world.answers : WORSE;
                    world.killAt(moment);
                    try {
                        assertThat(world.call(because)).isEqualTo(expected);
                        break;
                    } catch (World.Killed killed) {
                        assertThat(world.champion).as("something serves").isPresent();
                        Outcome outcome = world.call(because);
                        // What was done before the kill is not done again, and may be all.
                        if (world.history.equals(alone.history) && outcome instanceof Outcome.NothingNew) {
                            assertThat(world.versions).hasSameSizeAs(alone.versions);
                        } else {
                            assertThat(outcome).isEqualTo(expected);
                        }
                    }
                    assertThat(world.versions).isEqualTo(alone.versions);
                    assertThat(world.history).isEqualTo(alone.history);
                    assertThat(world.champion).isEqualTo(alone.champion);
                    assertThat(world.epochsTrained).as("no epoch twice").isEqualTo(6);
                    moment++;
                }
                assertThat(moment).as("moments at which it was killed").isGreaterThan(12);
            }
        }
    }

    /** Whoever is killed again and again gets there. */
    @Test
    void killedAtEveryMomentInTurnItGetsThere() {
        World world = begun();
        int kills = 0;
        for (int moment = 30; moment >= 0; moment--) {
            world.killAt(moment);
            try {
                world.call();
            } catch (World.Killed killed) {
                kills++;
            }
        }
        world.killAt(Integer.MAX_VALUE);
        assertThat(world.call()).isInstanceOf(Outcome.NothingNew.class);
        assertThat(kills).isPositive();
        assertThat(world.history).containsExactly("1", "2");
        assertThat(world.versions).hasSize(2);
    }

    @Test
    void whatFailsIsHandedOn() {
        World world = new World();
        world.day(1, "a");
        world.killAt(0);
        assertThatThrownBy(world::call).isInstanceOf(World.Killed.class);
    }
}
