package lapwing.bench.compare;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The load: one process for all windows of all servers, so that its own warming up is over before
 * the first of them and it is the same client to everybody.
 */
final class Client {
    private static final String GONE = "";
    private static final double PATIENCE = 20;

    private final Child child;
    private final BufferedWriter questions;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    Client(Child child) {
        this.child = child;
        questions = child.process().outputWriter(StandardCharsets.UTF_8);
        BufferedReader in = child.process().inputReader(StandardCharsets.UTF_8);
        Thread.ofVirtual().start(() -> listen(in));
    }

    private void listen(BufferedReader in) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answers.add(line);
            }
        } catch (IOException e) {
            // it is being ended, and nobody asks any more
        }
        answers.add(GONE);
    }

    /**
     * Puts load on a server, first without and then with measuring.
     *
     * @throws IOException if the client itself has failed
     */
    Window measure(Subject subject, double ramp, double time)
            throws IOException, InterruptedException {
        ask(subject.port() + " " + subject.child().process().pid() + " " + ramp + " " + time);
        long limit = (long) ((ramp + time + PATIENCE) * 1000);
        String answer = answers.poll(limit, TimeUnit.MILLISECONDS);
        if (answer == null) {
            throw new IOException("client: no answer after " + limit + " ms");
        }
        if (answer.equals(GONE)) {
            child.process().waitFor(1, TimeUnit.SECONDS);
            throw new IOException(
                    "client: " + (child.process().isAlive() ? "it is silent" : child.death()));
        }
        return Window.parse(answer);
    }

    /** Ends it: after a failure what it says is of no use. */
    void end() {
        child.process().destroyForcibly();
    }

    private void ask(String question) {
        try {
            questions.write(question);
            questions.newLine();
            questions.flush();
        } catch (IOException e) {
            // it has ended, and that is what will be found instead of an answer
        }
    }
}
