package lapwing.bench.compare;

import java.util.List;

/**
 * What was asked for.
 *
 * @param connections at a time
 * @param size bytes of a request and of its reply
 * @param time seconds of a window
 * @param warmUp seconds of load before the first round
 * @param seed decides the order in each round
 * @param names which to measure
 * @param areDemanded by these names; if not, those that do not run here are no failure
 * @param reference one of them
 */
record Settings(
        Work work,
        int connections,
        int size,
        int rounds,
        double time,
        double warmUp,
        long seed,
        List<String> names,
        boolean areDemanded,
        String reference) {}
