package lapwing.drill;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import lapwing.winsock.Constants;
import lapwing.winsock.Guid;
import org.jspecify.annotations.Nullable;

/** Puts the argument of a control code into its input memory. */
final class ControlInput {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final Map<String, Guid> GUIDS =
            Map.of(
                    "WSAID_ACCEPTEX", Constants.WSAID_ACCEPTEX,
                    "WSAID_CONNECTEX", Constants.WSAID_CONNECTEX,
                    "WSAID_DISCONNECTEX", Constants.WSAID_DISCONNECTEX,
                    "WSAID_GETACCEPTEXSOCKADDRS", Constants.WSAID_GETACCEPTEXSOCKADDRS,
                    "WSAID_TRANSMITFILE", Constants.WSAID_TRANSMITFILE,
                    "WSAID_TRANSMITPACKETS", Constants.WSAID_TRANSMITPACKETS,
                    "WSAID_WSARECVMSG", Constants.WSAID_WSARECVMSG,
                    "WSAID_WSASENDMSG", Constants.WSAID_WSASENDMSG);

    private static final Guid UNKNOWN_GUID = Guid.of("11111111-1111-1111-1111-111111111111");
    private static final String KEEPALIVE_DEFAULT = "1,5000,1000";
    private static final int KEEPALIVE_FIELDS = 3;

    private ControlInput() {}

    /**
     * Writes {@code argument}, or what the code has instead of one, to the start of {@code memory}.
     */
    static void write(
            Script script, ControlCode code, @Nullable String argument, MemorySegment memory) {
        switch (code.code()) {
            case Constants.SIO_GET_EXTENSION_FUNCTION_POINTER ->
                    GUIDS.getOrDefault(argument == null ? "" : argument, UNKNOWN_GUID)
                            .write(memory);
            case Constants.SIO_KEEPALIVE_VALS ->
                    writeKeepalive(argument == null ? KEEPALIVE_DEFAULT : argument, memory);
            case Constants.SIO_ROUTING_INTERFACE_QUERY -> {
                if (argument != null) {
                    Addresses.parse(script, argument).write(memory);
                }
            }
            default -> {
                if (argument != null) {
                    memory.set(INT, 0, Numbers.parseInt(argument));
                }
            }
        }
    }

    /** A tcp_keepalive structure: onoff, time and interval. */
    private static void writeKeepalive(String argument, MemorySegment memory) {
        String[] fields = argument.split(",", -1);
        if (fields.length != KEEPALIVE_FIELDS) {
            throw new BadLine("not onoff,time,interval: " + argument);
        }
        for (int i = 0; i < fields.length; i++) {
            memory.setAtIndex(INT, i, Numbers.parseInt(fields[i]));
        }
    }
}
