package lapwing.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Starts everybody once, puts load on each until it is warm, and then measures in rounds: one short
 * window for each, in another order every time, so that what else the machine does meets all of
 * them. While one is measured the others have no connections.
 *
 * <p>A window begins and ends in the client's own loop, under load that is already steady: the
 * client reads the server's CPU time just there. So nothing of its start, of connections being
 * opened, or of the time between windows is in the numbers.
 */
final class Comparison {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int SERVER_PROCESSOR = 0;
    private static final int CLIENT_PROCESSOR = 1;

    private final Settings settings;
    private final Children children;
    private final Commands commands;
    private final Table table;
    private boolean isComplete = true;

    Comparison(Settings settings, Children children, Commands commands, PrintWriter out) {
        this.settings = settings;
        this.children = children;
        this.commands = commands;
        table = new Table(out);
    }

    /** False if something went wrong; what, has been printed with its name. */
    boolean run() throws IOException, InterruptedException {
        table.circumstances(settings, children.areBound());
        List<Subject> subjects = startAll();
        Turns turns = new Turns(settings, children, table, commands.client(), CLIENT_PROCESSOR);
        for (Subject subject : subjects) {
            turns.warmUp(subject);
        }
        Random random = new Random(settings.seed());
        List<Subject> order = new ArrayList<>(subjects);
        for (int round = 0; round < settings.rounds(); round++) {
            Collections.shuffle(order, random);
            for (Subject subject : order) {
                turns.measure(subject);
            }
        }
        table.results(subjects, settings.reference());
        for (Subject subject : subjects) {
            if (subject.repeated() > 0) {
                table.line(
                        subject.name()
                                + ": windows repeated because nothing happened: "
                                + subject.repeated());
            }
            if (!subject.trouble().isEmpty()) {
                isComplete = false;
                table.line(subject.name() + ": " + subject.trouble());
            }
        }
        return isComplete;
    }

    private List<Subject> startAll() throws IOException, InterruptedException {
        boolean areProxies = Commands.PROXIES.contains(settings.reference());
        int backend = areProxies ? startBackend() : 0;
        List<Subject> subjects = new ArrayList<>();
        for (String name : settings.names()) {
            int port = freePort();
            try {
                List<String> command =
                        areProxies
                                ? commands.proxy(name, port, backend)
                                : commands.server(name, port);
                Child child = children.start(name, SERVER_PROCESSOR, command, false);
                child.awaitPort(port, START_LIMIT);
                subjects.add(new Subject(child, port));
            } catch (IOException e) {
                children.stopIfEnding();
                table.line(name + " is left out: " + e.getMessage());
                isComplete &= !settings.areDemanded();
            }
        }
        if (subjects.isEmpty()) {
            throw new IOException("nothing to measure is left");
        }
        return subjects;
    }

    private int startBackend() throws IOException, InterruptedException {
        int port = freePort();
        Child child =
                children.start("backend", CLIENT_PROCESSOR, commands.server("nio", port), false);
        child.awaitPort(port, START_LIMIT);
        return port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
