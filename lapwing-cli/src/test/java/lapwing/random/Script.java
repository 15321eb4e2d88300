package lapwing.random;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A sequence as a drill script, to reproduce it or to ask another implementation. What the language
 * cannot say, or what only means something here, stands in it as a comment.
 */
final class Script {
    private static final String WAIT = " 2000 => ";

    private final StringBuilder text = new StringBuilder();

    /** Data has been sent that may not have arrived. */
    private boolean underWay;

    Script(long seed) {
        text.append("# Made by the random sequences");
        text.append(seed == 0 ? "" : ", seed " + seed).append('\n');
        for (int p = 0; p < Step.PORTS; p++) {
            text.append(newPort(p)).append('\n');
        }
        for (int o = 0; o < Step.STRUCTURES; o++) {
            String event = o % 4 == 3 ? " silent" : o % 4 == 2 ? " event" : "";
            text.append("OVERLAPPED o").append(o).append(event).append('\n');
        }
    }

    private static String newPort(int p) {
        return "CreateIoCompletionPort p" + p + (p == 1 ? " 1" : "");
    }

    /** False for what is left out: drill has no word for it, or it is about this library only. */
    static boolean canSay(Step step, Model model) {
        boolean busy = step.o() != Step.NONE && model.structures[step.o()] != null;
        boolean nowhere = step.t() == Step.NOWHERE;
        return switch (step.action()) {
            case FLOOD, DRAIN, LEAD, SKIP_MODE -> false; // too long, or by chance
            case CONNECT -> !nowhere; // a full queue is not portable
            case CONNECTEX -> !nowhere && !busy;
            case ACCEPTEX, DISCONNECTEX, WSASEND, WSARECV, SENDTO -> !busy;
            case ACCEPT -> !nowhere;
            default -> true;
        };
    }

    /** Adds a call, before it is made. */
    void add(Step step, Forecast forecast, Model model) {
        if (!canSay(step, model)) {
            text.append("# not said: ").append(step).append('\n');
            return;
        }
        switch (step.action()) {
            case SEND, WSASEND, CONNECTEX -> underWay = true;
            case RECV, WSARECV -> {
                text.append(underWay ? "sleep 50\n" : ""); // small blocks wait for one another
                underWay = false;
            }
            default -> {}
        }
        String call = call(step, model);
        text.append(call).append(" => ").append(forecast.outcome(kind(step), step)).append('\n');
        if (step.action() == Step.Action.POST && forecast.isLegal()) {
            line(
                    "GetQueuedCompletionStatus p" + step.port() + WAIT,
                    "TRUE bytes=" + step.n() + " key=1000 overlapped=NULL");
        }
    }

    /**
     * Adds what has ended; {@code packets} is what a port reports. After an open outcome the
     * operation may not have begun.
     */
    void add(List<Pending.End> ends, List<Pending.End> packets, boolean open) {
        if (open) {
            ends.forEach(this::addOpen);
            return;
        }
        List<Pending.End> sorted = new ArrayList<>(ends);
        sorted.sort(Comparator.comparingInt(e -> e.operation().structure));
        for (Pending.End end : sorted) {
            int o = end.operation().structure;
            int port = end.operation().socket.port;
            if (packets.contains(end)) {
                String any =
                        packets.stream()
                                .filter(e -> e.operation().socket.port == port)
                                .map(Script::packet)
                                .distinct()
                                .collect(Collectors.joining(" | "));
                line("GetQueuedCompletionStatus p" + port + WAIT, any);
            } else if (o % 4 >= 2) {
                line("WaitForEvent o" + o + WAIT, "WAIT_OBJECT_0");
                line("Internal o" + o + " => ", state(end));
            } else {
                text.append("sleep 20\n");
                line("Internal o" + o + " => ", state(end));
            }
        }
    }

    private void addOpen(Pending.End end) {
        int place = end.operation().structure;
        if (place % 4 >= 2) {
            line("WaitForEvent o" + place + " 200", "");
        }
        if (place % 4 < 3 && end.operation().socket.port >= 0) {
            text.append("sleep 50\n");
            line("GetQueuedCompletionStatus p" + end.operation().socket.port + " 200", "");
        }
    }

    private void line(String call, String outcome) {
        text.append(call).append(outcome).append('\n');
    }

    private static String packet(Pending.End end) {
        String result =
                end.loose()
                        ? "*"
                        : (end.error() == 0 ? "TRUE" : "FALSE " + Rig.nameOf(end.error()))
                                + " bytes="
                                + end.bytes();
        int place = end.operation().structure;
        return result + " key=" + end.operation().socket.slot + " overlapped=o" + place;
    }

    private static String state(Pending.End end) {
        String status =
                switch (end.error()) {
                    case 0 -> "STATUS_SUCCESS";
                    case 995 -> "STATUS_CANCELLED";
                    case 1236 -> "STATUS_CONNECTION_ABORTED";
                    case 1225 -> "STATUS_CONNECTION_REFUSED";
                    default -> "STATUS_CONNECTION_RESET";
                };
        return end.loose() ? "*" : "status=" + status + " bytes=" + end.bytes();
    }

    /** How a call reports success and failure. */
    private static String kind(Step step) {
        return switch (step.action()) {
            case TCP, UDP, ACCEPT -> "ok INVALID_SOCKET";
            case ASSOCIATE, NEW_PORT -> "ok NULL";
            case ACCEPTEX, CONNECTEX, DISCONNECTEX -> "TRUE* FALSE";
            case CANCEL, CANCEL_ALL, CANCELIO, RESULT, POST, CLOSE_PORT -> "TRUE* FALSE";
            default -> "0* SOCKET_ERROR";
        };
    }

    private static String call(Step step, Model model) {
        String s = "s" + step.s();
        boolean none = step.t() == Step.NOWHERE || model.sockets[step.t()] == null;
        String t = none ? "INVALID" : "s" + step.t();
        String o = step.o() == Step.NONE ? "NULL" : "o" + step.o();
        String data = data(step.n());
        String first = step.data() == 0 ? "NULL" : data(step.data());
        ModelSocket socket = model.sockets[step.s()];
        int room = step.receiveLength(socket != null && socket.datagrams);
        String how = List.of("receive", "send", "both").get(step.n() % 3);
        String port = "p" + step.port();
        return switch (step.action()) {
            case TCP -> "WSASocket " + s + " tcp";
            case UDP -> "WSASocket " + s + " udp";
            case BIND -> "bind " + s + " 127.0.0.1:0";
            case LISTEN -> "listen " + s + " 32";
            case CONNECT -> "connect " + s + " @" + t;
            case ACCEPT -> "accept " + s + " s" + step.t();
            case SEND -> "send " + s + " " + data;
            case RECV -> "recv " + s + " " + step.n();
            case WSASEND -> "WSASend " + s + " " + data + " " + o;
            case WSARECV -> "WSARecv " + s + " " + room + " " + o;
            case SENDTO -> "WSASendTo " + s + " " + data + " @" + t + " " + o;
            case SHUTDOWN -> "shutdown " + s + " " + how;
            case GETSOCKNAME -> "getsockname " + s;
            case GETPEERNAME -> "getpeername " + s;
            case CONNECT_TIME -> "getsockopt " + s + " SO_CONNECT_TIME";
            case UPDATE_ACCEPT -> "setsockopt " + s + " SO_UPDATE_ACCEPT_CONTEXT " + t;
            case UPDATE_CONNECT -> "setsockopt " + s + " SO_UPDATE_CONNECT_CONTEXT";
            case ASSOCIATE -> "associate " + s + " p" + step.otherPort() + " " + step.s();
            case ACCEPTEX -> "AcceptEx %s %s %d 32 32 %s".formatted(s, t, step.acceptLength(), o);
            case CONNECTEX -> "ConnectEx " + s + " @" + t + " " + first + " " + o;
            case DISCONNECTEX -> "DisconnectEx " + s + " " + o + " " + step.flags() + " 0";
            case CANCEL -> "CancelIoEx " + s + " " + o;
            case CANCEL_ALL -> "CancelIoEx " + s + " NULL";
            case CANCELIO -> "CancelIo " + s;
            case RESULT -> "WSAGetOverlappedResult " + s + " " + o + " nowait";
            case CLOSE -> "closesocket " + s;
            case ABORT -> "abort " + s;
            case POST -> "PostQueuedCompletionStatus " + port + " " + step.n() + " 1000 NULL";
            case NEW_PORT -> newPort(step.port());
            case CLOSE_PORT -> "CloseHandle " + port;
            case FLOOD, DRAIN, LEAD, SKIP_MODE -> throw new IllegalArgumentException(step + "");
        };
    }

    private static String data(int length) {
        return length == 0 ? "\"\"" : "x*" + length;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
