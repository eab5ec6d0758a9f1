package convoy.tests.rules;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** What ships: neither tests nor the jar of tests that modules share. */
final class MainCode implements ImportOption {
    private final ImportOption noTests = new DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
        return noTests.includes(location) && !location.contains("-tests.jar");
    }
}
