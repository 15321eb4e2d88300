package lapwing.drill;

import static lapwing.drill.Outcome.ofInt;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.SocketHandle;

/** Reading and writing socket options. */
final class OptionCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of("setsockopt", OptionCalls::set, "getsockopt", OptionCalls::get);

    private OptionCalls() {}

    private static String set(Call call) {
        SocketHandle s = call.socketHandle(1);
        SocketOption option = SocketOption.named(call.word(2));
        MemorySegment value =
                switch (option.kind) {
                    case TRUTH, NUMBER -> SocketOption.number(call.number(3));
                    case LINGER -> SocketOption.linger(call.number(3));
                    case SOCKET -> SocketOption.socket(call.socketHandle(3));
                    case NOTHING -> null;
                };
        return ofInt(option.set(s, value));
    }

    private static String get(Call call) {
        SocketHandle s = call.socketHandle(1);
        SocketOption option = SocketOption.named(call.word(2));
        MemorySegment value = Memory.allocate(Integer.BYTES);
        return ofInt(option.get(s, value), () -> " value=" + option.print(value));
    }
}
