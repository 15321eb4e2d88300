package lapwing.drill;

import static lapwing.drill.Outcome.ofInt;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.Constants;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/** The transfers that wait: no overlapped structure, no packet. */
final class PlainTransferCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "send", PlainTransferCalls::send,
                    "recv", PlainTransferCalls::receive,
                    "sendto", PlainTransferCalls::sendTo,
                    "recvfrom", PlainTransferCalls::receiveFrom);

    private PlainTransferCalls() {}

    private static String send(Call call) {
        SocketHandle s = call.socketHandle(1);
        byte[] data = call.data(2);
        return ofInt(Winsock.send(s, Memory.copyOf(data), data.length, 0));
    }

    private static String receive(Call call) {
        SocketHandle s = call.socketHandle(1);
        int wanted = call.size(2);
        boolean all = call.options(3).has("all");
        MemorySegment buffer = Memory.allocate(wanted);
        int got = 0;
        int result;
        do {
            result = Winsock.recv(s, buffer.asSlice(got), wanted - got, 0);
            got += Math.max(result, 0);
        } while (all && result > 0 && got < wanted);
        int total = got;
        return ofInt(
                result == Constants.SOCKET_ERROR ? result : total,
                () -> total == 0 ? "" : " " + PrintedData.of(buffer, 0, total));
    }

    private static String sendTo(Call call) {
        SocketHandle s = call.socketHandle(1);
        byte[] data = call.data(2);
        Sockaddr to = call.address(3);
        return ofInt(Winsock.sendto(s, Memory.copyOf(data), data.length, 0, to, to.length()));
    }

    private static String receiveFrom(Call call) {
        SocketHandle s = call.socketHandle(1);
        int wanted = call.size(2);
        MemorySegment buffer = Memory.allocate(wanted);
        Sockaddr from = new Sockaddr();
        int result = Winsock.recvfrom(s, buffer, wanted, 0, from, Addresses.room());
        return ofInt(
                result,
                () ->
                        " "
                                + PrintedData.of(buffer, 0, result)
                                + " from="
                                + Addresses.print(call.script(), from, s));
    }
}
