package lapwing.winsock;

/** {@code WSADATA}: what {@code WSAStartup} tells about the implementation. */
public final class WsaData {
    /** The version the program is to use, 2.2 at most: major in the low byte. */
    public short wVersion;

    /** The highest version there is. */
    public short wHighVersion;

    /** One line about the implementation. */
    public String szDescription = "";

    /** The engine in use. */
    public String szSystemStatus = "";

    /** Nothing told yet. */
    public WsaData() {}

    @Override
    public String toString() {
        return szDescription + ", " + szSystemStatus;
    }
}
