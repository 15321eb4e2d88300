package lapwing.drill;

import static java.util.stream.Collectors.joining;

import java.util.List;
import lapwing.winsock.Constants;

/** Flags of calls: names and numbers joined by {@code +}. */
final class Flags {
    private record Flag(String name, int value) {}

    /** In the order in which they are printed. */
    private static final List<Flag> MESSAGE_FLAGS =
            List.of(
                    new Flag("MSG_OOB", Constants.MSG_OOB),
                    new Flag("MSG_PEEK", Constants.MSG_PEEK),
                    new Flag("MSG_WAITALL", Constants.MSG_WAITALL),
                    new Flag("MSG_TRUNC", Constants.MSG_TRUNC),
                    new Flag("MSG_CTRUNC", Constants.MSG_CTRUNC),
                    new Flag("MSG_PARTIAL", Constants.MSG_PARTIAL));

    private static final List<Flag> OTHER_FLAGS =
            List.of(
                    new Flag("TF_DISCONNECT", Constants.TF_DISCONNECT),
                    new Flag("TF_REUSE_SOCKET", Constants.TF_REUSE_SOCKET),
                    new Flag("TF_WRITE_BEHIND", Constants.TF_WRITE_BEHIND),
                    new Flag("TF_USE_SYSTEM_THREAD", Constants.TF_USE_SYSTEM_THREAD),
                    new Flag("TF_USE_KERNEL_APC", Constants.TF_USE_KERNEL_APC),
                    new Flag(
                            "FILE_SKIP_COMPLETION_PORT_ON_SUCCESS",
                            Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS),
                    new Flag(
                            "FILE_SKIP_SET_EVENT_ON_HANDLE",
                            Constants.FILE_SKIP_SET_EVENT_ON_HANDLE));

    private Flags() {}

    static int parse(String word) {
        int flags = 0;
        for (String part : word.split("\\+", -1)) {
            flags |= valueOf(part);
        }
        return flags;
    }

    private static int valueOf(String part) {
        for (List<Flag> known : List.of(MESSAGE_FLAGS, OTHER_FLAGS)) {
            for (Flag flag : known) {
                if (flag.name.equals(part)) {
                    return flag.value;
                }
            }
        }
        return Numbers.parseInt(part);
    }

    /** The names of the message flags that are set, {@code 0} if none is. */
    static String print(int flags) {
        String names =
                MESSAGE_FLAGS.stream()
                        .filter(flag -> (flags & flag.value) != 0)
                        .map(Flag::name)
                        .collect(joining("+"));
        return flags == 0 ? "0" : names;
    }
}
