package lapwing.random;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import lapwing.random.ModelSocket.State;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps on real sockets and holds them against the model: after each step it waits until all
 * that must have ended has ended, and looks whether anything else has.
 */
final class Sequence {
    static final int STEPS = 120;

    /** How often arguments are made up for a call before another one is chosen. */
    private static final int TRIES = 50;

    /** What the log of a sequence says that was given up. */
    static final String OUT_OF_ORDER = "accepts out of order";

    private static final int MOSTLY_LEGAL = 300;

    private static final long LONGEST_PAUSE = 1_000_000;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** What was not as it should be. */
    static class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String what) {
            super(what);
        }
    }

    /**
     * Two accepts were not served in the order of posting. That is allowed, though rare; the model
     * cannot follow.
     */
    private static final class OutOfOrder extends Broken {
        private static final long serialVersionUID = 1;

        OutOfOrder() {
            super(OUT_OF_ORDER);
        }
    }

    private final Model model = new Model();
    private final Rules rules = new Rules(model);
    private final int descriptorsBefore = descriptors();
    private final Rig rig = new Rig();
    private final List<Step> steps = new ArrayList<>();
    private final StringBuilder log = new StringBuilder();

    /** What has to be reported yet. */
    private final List<Pending.End> due = new ArrayList<>();

    /** How long it may take to come to rest, nanoseconds. */
    private final long limit;

    private final boolean portable;
    private final Script script;
    private int posted;
    private boolean inOrder = true;

    Sequence(long limit) {
        this(limit, 0, false);
    }

    /** With {@code portable} steps are left out that a script cannot say. */
    Sequence(long limit, long seed, boolean portable) {
        this.limit = limit;
        this.portable = portable;
        script = new Script(seed);
    }

    /** The same as a drill script. */
    Script script() {
        return script;
    }

    boolean isInOrder() {
        return inOrder;
    }

    /** The log: every call with its outcome and what has ended after it. */
    String log() {
        return log.toString();
    }

    List<Step> steps() {
        return steps;
    }

    /** Makes up steps, most of them legal. */
    void run(Random random) throws Broken {
        try {
            make(random);
        } catch (OutOfOrder e) {
            log.setLength(0);
            log.append(OUT_OF_ORDER).append('\n');
            inOrder = false;
        }
        finish();
    }

    private void make(Random random) throws Broken {
        while (steps.size() < STEPS) {
            Step.Action action = Step.Action.any(random);
            for (int i = 0; i < TRIES; i++) {
                Step step = Step.any(action, random);
                Forecast forecast = rules.of(step);
                boolean taken = forecast.isLegal() || random.nextInt(MOSTLY_LEGAL) == 0;
                if (forecast.isApplicable() && taken && isWanted(step)) {
                    run(step, forecast);
                    break;
                }
            }
        }
    }

    /** Repeats steps; those that cannot be made are left out. */
    void run(List<Step> given) throws Broken {
        for (Step step : given) {
            Forecast forecast = rules.of(step);
            if (forecast.isApplicable() && isWanted(step)) {
                run(step, forecast);
            }
        }
        finish();
    }

    private boolean isWanted(Step step) {
        return !portable || Script.canSay(step, model);
    }

    private void run(Step step, Forecast forecast) throws Broken {
        steps.add(step);
        Wire wire = step.action() == Step.Action.RECV ? model.socket(step.s()).wire : null;
        long first = wire == null ? 0 : wire.read;
        script.add(step, forecast, model);
        int code = rig.call(step, model);
        log.append(step).append(" => ").append(forecast.text(code)).append('\n');
        if (!forecast.allows(code)) {
            throw new Broken(step + " => " + Rig.nameOf(code) + ", expected " + forecast);
        }
        if (code == 0 && forecast.bytes >= 0 && rig.bytes != forecast.bytes) {
            throw new Broken(step + " => " + rig.bytes + ", expected " + forecast.bytes);
        }
        if (code == 0 && wire != null && forecast.bytes > 0) {
            compare(step + "", rig.difference(wire, first, rig.bytes));
        }
        forecast.run(code);
        posted += step.action() == Step.Action.POST && code == 0 ? 1 : 0;
        due.clear();
        due.addAll(model.takeEnds());
        if (!forecast.isOpen()) {
            logEnds();
        }
        int atOnce = code == 0 && forecast.mayEndAtOnce() ? step.o() : Step.NONE;
        script.add(
                due,
                due.stream().filter(e -> reportsTo(e, e.operation().structure == atOnce)).toList(),
                forecast.isOpen());
        settle(atOnce);
    }

    /** Waits for all that is due after a call that has ended the operation {@code atOnce}. */
    private void settle(int atOnce) throws Broken {
        long start = System.nanoTime();
        long pause = 1000;
        while (!isSettled(atOnce)) {
            if (System.nanoTime() - start > limit) {
                throw new Broken("not settled: " + unsettled());
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE);
        }
        packets();
        states();
    }

    private void logEnds() {
        due.stream()
                .sorted(Comparator.comparingInt(e -> e.operation().structure))
                .map(e -> "    o" + e.operation().structure + ": " + e.text() + "\n")
                .forEach(log::append);
    }

    private boolean isSettled(int atOnce) throws Broken {
        packets();
        for (Pending.End end : List.copyOf(due)) {
            int place = end.operation().structure;
            boolean withoutPacket = !reportsTo(end, place == atOnce);
            if (withoutPacket && rig.structure(place).tells()) {
                due.remove(end);
                check(end, rig.outcome(place));
            }
        }
        return due.isEmpty() && posted == 0 && unsettled().isEmpty();
    }

    /** True if a packet has to come. */
    private boolean reportsTo(Pending.End end, boolean atOnce) {
        ModelSocket s = end.operation().socket;
        boolean skipped = atOnce && s.skips;
        boolean open = s.port >= 0 && s.port < Step.PORTS && model.ports[s.port];
        return open && !skipped && !rig.structure(end.operation().structure).silent;
    }

    /** Takes all packets that are there. */
    private void packets() throws Broken {
        for (int port = 0; port < Step.PORTS; port++) {
            Rig.Packet packet;
            while (model.ports[port] && (packet = rig.next(port, 0)) != null) {
                packet(packet, port);
            }
        }
    }

    private void packet(Rig.Packet packet, int port) throws Broken {
        if (packet.key() == Rig.POSTED) {
            posted--;
            return;
        }
        Structure structure = (Structure) packet.overlapped();
        for (Pending.End end : due) {
            if (structure != null && end.operation().structure == structure.place) {
                ModelSocket s = end.operation().socket;
                if (packet.key() != s.slot || port != s.port) {
                    throw new Broken(packet + " at port " + port + ", expected at " + s.port);
                }
                due.remove(end);
                check(end, packet);
                return;
            }
        }
        if (structure != null && isOfAnotherAccept(model.structures[structure.place])) {
            throw new OutOfOrder();
        }
        throw new Broken("packet for nothing: " + describe(structure) + " " + packet);
    }

    /** True if the model has let another request of that listener go first. */
    private boolean isOfAnotherAccept(@Nullable Pending operation) {
        if (operation == null || operation.accept == null) {
            return false;
        }
        ModelSocket listener = operation.socket;
        return !listener.silentAccepts.isEmpty()
                || due.stream().anyMatch(end -> end.operation().socket == listener);
    }

    private void check(Pending.End end, Rig.Packet outcome) throws Broken {
        Structure structure = rig.structure(end.operation().structure);
        String name = describe(structure);
        if (!structure.hasCompleted()) {
            throw new Broken(name + " has a packet and is still pending");
        }
        if (structure.event != null && !rig.takeEvent(structure.place)) {
            throw new Broken(name + " has ended without its event");
        }
        if (end.loose()) {
            return;
        }
        if (outcome.error() != end.error() || outcome.bytes() != end.bytes()) {
            throw new Broken(
                    "%s ended with %d, %d bytes; expected %s"
                            .formatted(name, outcome.error(), outcome.bytes(), end.text()));
        }
        if (end.from() != null) {
            compare(
                    name,
                    Structure.difference(structure.memory, end.from(), end.first(), end.bytes()));
        }
    }

    private static void compare(String what, int difference) throws Broken {
        if (difference >= 0) {
            throw new Broken(what + ": wrong data from byte " + difference + " on");
        }
    }

    private static String describe(@Nullable Structure structure) {
        return structure == null ? "NULL" : "o" + structure.place;
    }

    /** What the library does not know yet; empty if it has caught up. */
    private String unsettled() throws OutOfOrder {
        StringBuilder missing = new StringBuilder();
        due.forEach(e -> missing.append(" o").append(e.operation().structure));
        for (ModelSocket s : model.sockets) {
            Wire wire = s == null || !s.isOpen() ? null : s.wire;
            if (wire == null) {
                if (s != null && s.state == State.ACCEPTING && rig.isConnectionThere(s.slot)) {
                    throw new OutOfOrder();
                }
                continue;
            }
            boolean known = wire.doubtful || wire.spoilt || wire.other.flooded || s.receiveShut;
            if (s.state == State.ACCEPTING && !rig.isConnectionThere(s.slot)) {
                missing.append(" connection of s").append(s.slot);
            } else if (s.isConnected() && !known && rig.unread(s.slot) != wire.unread) {
                missing.append(" data of s")
                        .append(s.slot)
                        .append(": ")
                        .append(rig.unread(s.slot))
                        .append(" instead of ")
                        .append(wire.unread);
            }
        }
        return missing.toString();
    }

    /** What must hold when nothing moves. */
    private void states() throws Broken {
        for (ModelSocket s : model.sockets) {
            if (s != null && !rig.socket(s.slot).toString().endsWith(", " + s.state)) {
                throw new Broken("s" + s.slot + ": " + rig.socket(s.slot) + ", not " + s.state);
            }
        }
        for (int place = 0; place < Step.STRUCTURES; place++) {
            Structure structure = rig.structure(place);
            if (model.structures[place] != null && structure.hasCompleted()) {
                throw new Broken(
                        describe(structure) + " has ended too early: " + rig.outcome(place));
            }
            if (model.structures[place] == null && rig.takeEvent(place)) {
                throw new Broken(describe(structure) + " is idle, and its event is set");
            }
        }
    }

    /** Closes everything: each operation ends once more, and nothing is left. */
    private void finish() throws Broken {
        Pending[] left = model.structures.clone();
        Structure[] seen = new Structure[Step.STRUCTURES];
        rig.closeSockets();
        long start = System.nanoTime();
        while (!isOver(left, seen)) {
            if (System.nanoTime() - start > limit) {
                throw new Broken("after closing all: " + remains(left, seen));
            }
            LockSupport.parkNanos(LONGEST_PAUSE / 4);
        }
        rig.closePorts();
        long end = System.nanoTime() + limit;
        while (descriptors() > descriptorsBefore) {
            if (System.nanoTime() > end) {
                throw new Broken(
                        "%d descriptors before, %d after"
                                .formatted(descriptorsBefore, descriptors()));
            }
            LockSupport.parkNanos(LONGEST_PAUSE);
        }
        log.append("closed\n");
    }

    private boolean isOver(Pending[] left, Structure[] seen) throws Broken {
        for (int port = 0; port < Step.PORTS; port++) {
            Rig.Packet packet;
            while (model.ports[port] && (packet = rig.next(port, 0)) != null) {
                Structure structure = (Structure) packet.overlapped();
                if (!inOrder) {
                    continue;
                }
                if (structure == null || left[structure.place] == null) {
                    throw new Broken("packet for nothing, after closing: " + packet);
                }
                if (seen[structure.place] != null) {
                    throw new Broken("second packet, after closing: " + packet);
                }
                seen[structure.place] = structure;
            }
        }
        return remains(left, seen).isEmpty();
    }

    private String remains(Pending[] left, Structure[] seen) {
        StringBuilder text = new StringBuilder();
        for (Pending operation : left) {
            if (operation != null) {
                Structure structure = rig.structure(operation.structure);
                boolean reports =
                        inOrder
                                && reportsTo(
                                        new Pending.End(operation, 0, 0, 0, null, true), false);
                if (!structure.hasCompleted() || (reports && seen[structure.place] == null)) {
                    text.append(' ').append(describe(structure));
                }
            }
        }
        return text.toString();
    }

    /** Sockets, rings, selectors and events; not the files that the JVM opens when it likes. */
    private static int descriptors() {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path each : all) {
                count += isKernelObject(each) ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    private static boolean isKernelObject(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.startsWith("anon_inode:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
