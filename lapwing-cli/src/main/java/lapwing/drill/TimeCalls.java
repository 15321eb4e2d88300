package lapwing.drill;

import java.util.Map;
import lapwing.winsock.Kernel32;

/** Letting time pass, with completion routines and without. */
final class TimeCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of("sleep", TimeCalls::sleep, "SleepEx", TimeCalls::sleepAlertable);

    private TimeCalls() {}

    private static String sleep(Call call) {
        Kernel32.SleepEx(call.number(1), false);
        return "ok";
    }

    private static String sleepAlertable(Call call) {
        int result = Kernel32.SleepEx(call.number(1), true);
        return (result == 0 ? "0" : "WAIT_IO_COMPLETION") + call.script().takeRoutines();
    }
}
