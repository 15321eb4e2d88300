package lapwing.gateway;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What all workers of a gateway have counted, at one moment.
 *
 * @param accepted connections accepted
 * @param acceptedOnUsedSocket of these, on a recycled socket
 * @param connected connections made to backends
 * @param connectedOnUsedSocket of these, on a recycled socket
 * @param connectFailed connections that backends refused or let wait too long
 * @param limitReached how often the limit of connections was reached
 * @param bytesUp bytes towards backends, of ended connections
 * @param bytesDown bytes towards clients, of ended connections
 * @param blocksTaken buffers taken into use
 * @param blocksMade of these, newly allocated
 * @param ended number of ended connections for each way to end
 */
public record Totals(
        long accepted,
        long acceptedOnUsedSocket,
        long connected,
        long connectedOnUsedSocket,
        long connectFailed,
        long limitReached,
        long bytesUp,
        long bytesDown,
        long blocksTaken,
        long blocksMade,
        Map<End, Long> ended) {

    static Totals of(List<Worker> workers) {
        return new Totals(
                sum(workers, w -> w.counters.accepted.get()),
                sum(workers, w -> w.counters.acceptedOnUsedSocket.get()),
                sum(workers, w -> w.counters.connected.get()),
                sum(workers, w -> w.counters.connectedOnUsedSocket.get()),
                sum(workers, w -> w.counters.connectFailed.get()),
                sum(workers, w -> w.counters.limitReached.get()),
                sum(workers, w -> w.counters.bytesUp.get()),
                sum(workers, w -> w.counters.bytesDown.get()),
                sum(workers, w -> blocks(w, true)),
                sum(workers, w -> blocks(w, false)),
                ended(workers));
    }

    private static long sum(List<Worker> workers, ToLongFunction<Worker> what) {
        return workers.stream().mapToLong(what).sum();
    }

    private static long blocks(Worker w, boolean taken) {
        long sum = 0;
        for (Pool<?> pool : List.of(w.firstBlocks, w.blocks.small, w.blocks.large)) {
            sum += (taken ? pool.taken : pool.made).get();
        }
        return sum;
    }

    private static Map<End, Long> ended(List<Worker> workers) {
        Map<End, Long> ended = new EnumMap<>(End.class);
        for (End end : End.values()) {
            ended.put(end, sum(workers, w -> w.counters.ended(end).get()));
        }
        return ended;
    }

    long ended(End end) {
        return ended.getOrDefault(end, 0L);
    }

    /**
     * Connections accepted and not yet over.
     *
     * @return how many
     */
    public long open() {
        long over = 0;
        for (Map.Entry<End, Long> entry : ended.entrySet()) {
            if (entry.getKey() != End.CLIENT_SILENT) { // shed before it was accepted
                over += entry.getValue();
            }
        }
        return Math.max(0, accepted - over); // the numbers are not of one instant
    }

    /**
     * The summary a gateway prints when it stops.
     *
     * @return some lines, the last one without a line end
     */
    public String summary() {
        StringBuilder text = new StringBuilder();
        text.append(accepted).append(" connections, ");
        text.append(ByteSizes.text(bytesUp)).append(" from clients, ");
        text.append(ByteSizes.text(bytesDown)).append(" to clients");
        for (End end : End.values()) {
            if (ended(end) > 0) {
                text.append("\n  ").append(ended(end)).append(" ended by the ").append(end.by);
                text.append(": ").append(end.why);
            }
        }
        text.append("\n  recycled: ")
                .append(of("accepted sockets", acceptedOnUsedSocket, accepted));
        text.append(", ").append(of("backend sockets", connectedOnUsedSocket, connected));
        text.append(", ").append(of("buffers", blocksTaken - blocksMade, blocksTaken));
        if (connectFailed > 0) {
            text.append("\n  ")
                    .append(connectFailed)
                    .append(" times a backend did not take a connection");
        }
        if (limitReached > 0) {
            text.append("\n  ")
                    .append(limitReached)
                    .append(" times --max-connections was reached, and clients had to wait");
        }
        return text.toString();
    }

    private static String of(String what, long part, long all) {
        return what + " " + part + " of " + all + " times";
    }
}
