package lapwing.drill;

import java.util.function.Supplier;
import lapwing.winsock.Constants;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Winsock;

/**
 * The outcome of a function by the kind of its result. On failure the thread's last error is read,
 * so nothing else may be called in between; the fields are asked for on success only.
 */
final class Outcome {
    private Outcome() {}

    static String ofInt(int result, Supplier<String> fields) {
        return result == Constants.SOCKET_ERROR
                ? "SOCKET_ERROR " + Codes.error(Winsock.WSAGetLastError())
                : result + fields.get();
    }

    static String ofInt(int result) {
        return ofInt(result, () -> "");
    }

    static String ofBool(boolean result, Supplier<String> fields) {
        return result ? "TRUE" + fields.get() : "FALSE " + Codes.error(Kernel32.GetLastError());
    }

    static String ofBool(boolean result) {
        return ofBool(result, () -> "");
    }

    /** For functions that make something; {@code none} is what they return instead. */
    static String ofMade(boolean made, String none) {
        return made ? "ok" : none + " " + Codes.error(Kernel32.GetLastError());
    }

    /** The field that nearly every call has. */
    static String bytes(int count) {
        return " bytes=" + Integer.toUnsignedString(count);
    }
}
