package lapwing.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * What {@code --version} prints: our version, which the build writes into a resource, and the
 * JVM's.
 */
final class Version implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() throws IOException {
        var properties = new Properties();
        try (var in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new FileNotFoundException(
                        "version: " + RESOURCE + " is not in the jar; build with ./build");
            }
            properties.load(in);
        }
        return new String[] {
            "lapwing " + properties.getProperty("version"),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
        };
    }
}
