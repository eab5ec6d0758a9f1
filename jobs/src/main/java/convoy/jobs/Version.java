package convoy.jobs;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that this class came in. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("(built from classes)");
        return new String[] {"convoy " + version};
    }
}
