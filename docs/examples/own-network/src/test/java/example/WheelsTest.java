package example;

import convoy.architectures.families.Entry;
import convoy.worker.engine.behaviour.NetworkRules;
import java.util.List;
import java.util.Map;

/** Everything that holds for the catalogue's networks. */
class WheelsTest extends NetworkRules {
    @Override
    protected List<Entry> networks() {
        return new Wheels().networks();
    }

    /** Added up by hand. */
    @Override
    protected Map<String, Cost> costs() {
        return Map.of("wheel_3", new Cost(5_242, 1_257_712), "wheel_5", new Cost(22_074, 5_517_712));
    }

    @Override
    protected int divisor(Entry entry) {
        return 2;
    }
}
