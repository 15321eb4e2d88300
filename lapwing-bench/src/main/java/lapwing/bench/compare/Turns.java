package lapwing.bench.compare;

import java.io.IOException;
import java.util.List;

/**
 * The client's turns with the servers. A failure of the client costs the turn and not the
 * comparison: a new client takes the next one, after a whole warm-up.
 */
final class Turns {
    /** What is done in a turn. */
    private interface Turn {
        void with(Client client) throws IOException, InterruptedException;
    }

    private final Settings settings;
    private final Children children;
    private final Table table;
    private final List<String> command;
    private final int processor;
    private Client client;
    private boolean isWarm;

    Turns(Settings settings, Children children, Table table, List<String> command, int processor)
            throws IOException {
        this.settings = settings;
        this.children = children;
        this.table = table;
        this.command = command;
        this.processor = processor;
        client = new Client(children.start("client", processor, command, true));
    }

    /** Warms both up, unless the server has failed. */
    void warmUp(Subject subject) throws IOException, InterruptedException {
        do {
            isWarm = take(subject, with -> subject.warmUp(with, settings.warmUp()));
        } while (!isWarm && !subject.hasFailed());
    }

    /** Measures a window, unless the server has failed. */
    void measure(Subject subject) throws IOException, InterruptedException {
        if (!isWarm && !subject.hasFailed()) {
            warmUp(subject);
        }
        if (!subject.hasFailed()) {
            isWarm = take(subject, with -> subject.measure(with, settings.time()));
        }
    }

    /** False if the client has failed. */
    private boolean take(Subject subject, Turn turn) throws IOException, InterruptedException {
        try {
            turn.with(client);
        } catch (IOException e) {
            children.stopIfEnding();
            table.line(subject.name() + ": a window is given up: " + e.getMessage());
            subject.giveUp(String.valueOf(e.getMessage()));
            client.end();
            client = new Client(children.start("client", processor, command, true));
            return false;
        }
        if (subject.hasFailed()) {
            children.stopIfEnding();
        }
        return true;
    }
}
