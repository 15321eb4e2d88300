package lapwing.drill;

import java.util.List;
import lapwing.winsock.Constants;

/**
 * A control code for {@code WSAIoctl} and the memory it is called with.
 *
 * @param inputSize bytes of input, 0 for none
 * @param outputSize bytes of output, 0 for none
 * @param hasValue whether the output is one number, which is printed
 */
record ControlCode(String name, int code, int inputSize, int outputSize, boolean hasValue) {
    private static final int LIST_SIZE = 4096;
    private static final int TCP_INFO_SIZE = 256;

    private static final List<ControlCode> KNOWN =
            List.of(
                    of(
                            "SIO_GET_EXTENSION_FUNCTION_POINTER",
                            Constants.SIO_GET_EXTENSION_FUNCTION_POINTER,
                            16,
                            8),
                    of("FIONBIO", Constants.FIONBIO, 4, 0),
                    of("FIOASYNC", Constants.FIOASYNC, 4, 0),
                    of("SIO_UDP_CONNRESET", Constants.SIO_UDP_CONNRESET, 4, 0),
                    of("SIO_TCP_INFO", Constants.SIO_TCP_INFO, 4, TCP_INFO_SIZE),
                    value("FIONREAD", Constants.FIONREAD),
                    value("SIOCATMARK", Constants.SIOCATMARK),
                    value("SIO_IDEAL_SEND_BACKLOG_QUERY", Constants.SIO_IDEAL_SEND_BACKLOG_QUERY),
                    of("SIO_KEEPALIVE_VALS", Constants.SIO_KEEPALIVE_VALS, 12, 0),
                    of(
                            "SIO_ROUTING_INTERFACE_QUERY",
                            Constants.SIO_ROUTING_INTERFACE_QUERY,
                            16,
                            16),
                    of("SIO_ADDRESS_LIST_QUERY", Constants.SIO_ADDRESS_LIST_QUERY, 0, LIST_SIZE),
                    of("SIO_GET_INTERFACE_LIST", Constants.SIO_GET_INTERFACE_LIST, 0, LIST_SIZE),
                    of("SIO_BASE_HANDLE", Constants.SIO_BASE_HANDLE, 0, 8),
                    of("SIO_ADDRESS_LIST_CHANGE", Constants.SIO_ADDRESS_LIST_CHANGE, 0, 0),
                    of(
                            "SIO_ENABLE_CIRCULAR_QUEUEING",
                            Constants.SIO_ENABLE_CIRCULAR_QUEUEING,
                            0,
                            0),
                    of("SIO_FLUSH", Constants.SIO_FLUSH, 0, 0));

    private static ControlCode of(String name, int code, int inputSize, int outputSize) {
        return new ControlCode(name, code, inputSize, outputSize, false);
    }

    private static ControlCode value(String name, int code) {
        return new ControlCode(name, code, 0, Integer.BYTES, true);
    }

    /** By name; a number is a code without input and output. */
    static ControlCode parse(String word) {
        for (ControlCode known : KNOWN) {
            if (known.name.equals(word)) {
                return known;
            }
        }
        return of(word, Numbers.parseInt(word), 0, 0);
    }
}
