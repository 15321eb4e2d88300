package lapwing.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import lapwing.winsock.TimedWait;

/** What {@code lapwing doctor} says of TIME_WAIT: the setting, the sockets, the ports left. */
final class TimedWaitChecks {
    private static final int FEW_PORTS = 1000;

    private TimedWaitChecks() {}

    static List<Check> all() {
        return List.of(
                delay(),
                asked("sockets in TIME_WAIT", TimedWaitChecks::sockets),
                asked("ports left towards a peer", TimedWaitChecks::ports));
    }

    private static Check delay() {
        try {
            int seconds = TimedWait.tcpTimedWaitDelay();
            return Check.note(
                    TimedWait.PROPERTY,
                    seconds == 0
                            ? "0: a reused socket is free at once"
                            : seconds + " s: so long is a socket held back that has closed first",
                    "");
        } catch (IllegalStateException e) {
            String[] said = String.valueOf(e.getMessage()).split("; ", 2);
            return new Check(Check.Mark.BAD, TimedWait.PROPERTY, said[0], said[said.length - 1]);
        }
    }

    private static Check asked(String name, Callable<Check> question) {
        try {
            return question.call();
        } catch (IOException e) {
            return Check.note(name, "unknown: " + e.getMessage(), "");
        } catch (Exception e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Check sockets() throws IOException {
        return Check.note("sockets in TIME_WAIT", String.valueOf(TimedWait.sockets()), "");
    }

    private static Check ports() throws IOException {
        String name = "ports left towards a peer";
        InetSocketAddress peer = TimedWait.busiestPeer();
        if (peer == null) {
            return Check.note(name, "all: there is no connection", "");
        }
        int left = TimedWait.portsLeft(peer);
        return Check.limit(
                left >= FEW_PORTS,
                name,
                left
                        + " towards "
                        + peer.getAddress().getHostAddress()
                        + " port "
                        + peer.getPort()
                        + ", the busiest one",
                "Let the other side close first, widen net.ipv4.ip_local_port_range, or connect to"
                        + " more addresses.");
    }
}
