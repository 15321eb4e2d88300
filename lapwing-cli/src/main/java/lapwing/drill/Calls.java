package lapwing.drill;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All the calls a script may make. */
final class Calls {
    /** Reads the arguments, calls the function, and returns the outcome. */
    @FunctionalInterface
    interface Body {
        String run(Call call);
    }

    private static final Map<String, Body> TABLE = new HashMap<>();

    static {
        List.of(
                        SocketCalls.TABLE,
                        PlainTransferCalls.TABLE,
                        OptionCalls.TABLE,
                        ControlCalls.TABLE,
                        OverlappedCalls.TABLE,
                        PortCalls.TABLE,
                        ExtensionCalls.TABLE,
                        TransmitFileCall.TABLE,
                        OverlappedTransferCalls.TABLE,
                        MessageCalls.TABLE,
                        TimeCalls.TABLE)
                .forEach(TABLE::putAll);
    }

    private Calls() {}

    static String run(Call call) {
        Body body = TABLE.get(call.name());
        if (body == null) {
            throw new BadLine("unknown call: " + call.name());
        }
        return body.run(call);
    }
}
