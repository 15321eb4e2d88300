package lapwing.cli;

/**
 * Makes {@link LineLogger} the logger of this program. Public because the JDK's service loader
 * wants it.
 */
public final class LogFinder extends System.LoggerFinder {
    /** For the service loader. */
    public LogFinder() {}

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new LineLogger(name);
    }
}
