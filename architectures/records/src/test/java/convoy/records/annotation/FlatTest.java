package convoy.records.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.records.CanonicalKeys;
import convoy.records.CanonicalText;
import convoy.records.Codec;
import convoy.records.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A record with others flat in it has the texts, the defaults and the refusals of one that has all components itself. */
final class FlatTest {
    record Shift(int epochs, long seed) {
        Shift {
            if (epochs < 1) {
                throw new BadInputException(Refusal.below("epochs", epochs, 1, "train"));
            }
        }
    }

    record Share(@Named("label-smoothing") @Default("0") double share) {
        Share {
            if (share >= 1) {
                throw new BadInputException(Refusal.of("label-smoothing", share).because("is not below 1"));
            }
        }
    }

    record Aim(Optional<Double> clip, @Flat Share smoothing) {}

    record Nested(String name, @Flat Shift shift, @Flat Aim aim, List<String> tags) {
        Nested {
            if (shift.seed() == 0 && name.equals("x")) {
                throw new BadInputException(
                        Refusal.of("name", name).because("has seed = 0", "seed").instead("give a seed"));
            }
        }

        static Nested defaults() {
            return new Nested("run", new Shift(10, 1), new Aim(Optional.empty(), new Share(0.1)), List.of());
        }
    }

    record Side(
            String name,
            int epochs,
            long seed,
            Optional<Double> clip,
            @Named("label-smoothing") double share,
            List<String> tags) {
        static Side defaults() {
            return new Side("run", 10, 1, Optional.empty(), 0.1, List.of());
        }
    }

    /** Without defaults of its own. */
    record Stored(@Flat Aim aim, int rows) {}

    record Clash(@Flat Shift shift, long seed) {}

    record NoRecord(@Flat String name) {}

    private static Nested nested(String json) {
        return Codec.of(Nested.class).fromJson("run", json);
    }

    @Test
    void theTextIsThatOfComponentsSideBySide() {
        Nested nested = new Nested("a", new Shift(3, 7), new Aim(Optional.of(5.0), new Share(0.2)), List.of("t"));
        Side side = new Side("a", 3, 7, Optional.of(5.0), 0.2, List.of("t"));
        String json = Codec.of(Side.class).toJson(side);
        assertThat(Codec.of(Nested.class).toJson(nested)).isEqualTo(json);
        assertThat(nested(json)).isEqualTo(nested);
        assertThat(CanonicalText.of(nested)).isEqualTo(CanonicalText.of(side));
        assertThat(CanonicalKeys.of(nested)).isEqualTo(CanonicalKeys.of(side)).containsEntry("label-smoothing", "0.2");
        assertThat(CanonicalKeys.standards(Nested.class))
                .isEqualTo(CanonicalKeys.standards(Side.class))
                .containsEntry("epochs", "10");
        assertThat(CanonicalText.of(Nested.defaults())).isEqualTo("{}");
    }

    @Test
    void whatIsLeftOutHasTheDefaultOfItsPlace() {
        assertThat(nested("{\"seed\":3}"))
                .isEqualTo(new Nested("run", new Shift(10, 3), new Aim(Optional.empty(), new Share(0.1)), List.of()));
        assertThat(Codec.of(Stored.class).fromJson("stored", "{\"rows\":2}"))
                .isEqualTo(new Stored(new Aim(Optional.empty(), new Share(0)), 2));
        assertThat(CanonicalText.of(new Stored(new Aim(Optional.empty(), new Share(0)), 2)))
                .isEqualTo("{rows: 2}");
    }

    @Test
    void everythingThatIsRefusedIsToldByItsKey() {
        assertThatThrownBy(() -> nested("{\"epochs\":0,\"label-smoothing\":2,\"shift\":{},\"name\":\"x\",\"seed\":0}"))
                .hasMessageContaining("run: shift is no key here; the keys here are name, epochs, seed, clip,")
                .hasMessageContaining("run: epochs = 0 < 1: train")
                .hasMessageContaining("run: label-smoothing = 2.0 is not below 1")
                .hasMessageContaining("run: name = x has seed = 0: give a seed");
        assertThatThrownBy(() -> nested("{\"epochs\":\"many\",\"label-smoothing\":2}"))
                .hasMessage("run: epochs = many is not a whole number\nrun: label-smoothing = 2.0 is not below 1");
    }

    @Test
    void aKeyHasOneMeaning() {
        assertThatThrownBy(() -> Codec.of(Clash.class).fromJson("clash", "{}")).hasMessageContaining("use @Named");
        assertThatThrownBy(() -> Codec.of(NoRecord.class).fromJson("none", "{}"))
                .hasMessageContaining("is no record");
    }
}
