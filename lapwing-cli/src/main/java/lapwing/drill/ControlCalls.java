package lapwing.drill;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import lapwing.winsock.CompletionRoutine;
import lapwing.winsock.IntRef;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** WSAIoctl. Lengths may be overridden while the memory behind them stays as it is. */
final class ControlCalls {
    static final Map<String, Calls.Body> TABLE = Map.of("WSAIoctl", ControlCalls::control);

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int INPUT_MEMORY = 512;
    private static final int OUTPUT_MEMORY = 8192;

    /** Shows whether the call has written the count. */
    private static final int NOT_WRITTEN = 0xA5A5A5A5;

    private ControlCalls() {}

    private static String control(Call call) {
        SocketHandle s = call.socketHandle(1);
        ControlCode code = ControlCode.parse(call.word(2));
        Options options = call.options(3);
        int inputSize = options.number("in", code.inputSize());
        int outputSize = options.number("out", code.outputSize());
        MemorySegment input = Memory.allocate(Math.max(INPUT_MEMORY, inputSize));
        MemorySegment output = Memory.allocate(Math.max(OUTPUT_MEMORY, outputSize));
        ControlInput.write(call.script(), code, options.plainWord("nobytes", "routine"), input);
        NamedOverlapped o = overlapped(call, options);
        CompletionRoutine routine = options.has("routine") ? call.script()::routineRan : null;
        IntRef bytes = new IntRef(NOT_WRITTEN);
        if (o != null) {
            o.clear();
        }
        Winsock.WSASetLastError(0);
        int result =
                Winsock.WSAIoctl(
                        s,
                        code.code(),
                        code.inputSize() != 0 || inputSize != 0 ? input : null,
                        inputSize,
                        code.outputSize() != 0 || outputSize != 0 ? output : null,
                        outputSize,
                        options.has("nobytes") ? null : bytes,
                        o,
                        routine);
        String count = bytes.value == NOT_WRITTEN ? "" : Outcome.bytes(bytes.value);
        String value = " value=" + Integer.toUnsignedString(output.get(INT, 0));
        String outcome = Outcome.ofInt(result);
        return outcome + count + (result == 0 && code.hasValue() ? value : "");
    }

    private static @Nullable NamedOverlapped overlapped(Call call, Options options) {
        String name = options.value("overlapped");
        return name == null ? null : call.overlappedNamed(name);
    }
}
