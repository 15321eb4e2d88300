package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Engine.Finding;

/** What this kernel's io_uring can do, asked of the kernel itself. */
final class Probe {
    private static final int MOST = 64;

    private Probe() {}

    static List<Finding> findings(RingLoop loop) {
        List<Finding> result = new ArrayList<>();
        result.add(new Finding("ring", true, loop.toString(), ""));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment probe = arena.allocate(16 + 8L * MOST, 8);
            long done =
                    CallMemory.single(
                            SyscallNumbers.IO_URING_REGISTER,
                            loop.fd(),
                            REGISTER_PROBE,
                            probe.address(),
                            MOST);
            if (done < 0) {
                result.add(
                        new Finding(
                                "opcodes",
                                false,
                                "the probe fails: " + Errno.name((int) -done),
                                ""));
                return result;
            }
            operation(result, probe, "accept", OP_ACCEPT);
            operation(result, probe, "connect", OP_CONNECT);
            operation(result, probe, "send", OP_SEND);
            operation(result, probe, "receive", OP_RECV);
            operation(result, probe, "sendmsg", OP_SENDMSG);
            operation(result, probe, "recvmsg", OP_RECVMSG);
            operation(result, probe, "poll", OP_POLL_ADD);
            operation(result, probe, "cancel", OP_ASYNC_CANCEL);
        }
        feature(result, loop, "links that skip success", FEAT_CQE_SKIP, "Linux 5.17");
        feature(result, loop, "no lost completions", FEAT_NODROP, "Linux 5.5");
        feature(result, loop, "waits with a time limit", FEAT_EXT_ARG, "Linux 5.11");
        feature(
                result,
                loop,
                "waits that do not count as disk waits",
                FEAT_NO_IOWAIT,
                "Linux 6.15");
        return result;
    }

    private static void operation(
            List<Finding> result, MemorySegment probe, String name, int opcode) {
        boolean known = (probe.get(ValueLayout.JAVA_SHORT, 16 + 8L * opcode + 2) & 1) != 0;
        result.add(
                new Finding(
                        name,
                        known,
                        known ? "supported" : "not supported",
                        known ? "" : "use Linux 6.1 or later"));
    }

    private static void feature(
            List<Finding> result, RingLoop loop, String name, int bit, String since) {
        boolean there = loop.has(bit);
        result.add(
                new Finding(name, there, there ? "yes" : "no", there ? "" : "comes with " + since));
    }
}
