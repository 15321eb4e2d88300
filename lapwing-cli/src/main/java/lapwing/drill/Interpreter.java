package lapwing.drill;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Runs calls and says what came of them. */
final class Interpreter {
    static final int MAX_WORDS = 32;

    private final Script script;

    Interpreter(Script script) {
        this.script = script;
    }

    /**
     * Runs one call on this thread.
     *
     * @param words the call; not empty
     * @return its outcome; {@code BAD} if it cannot be run
     */
    String run(List<String> words) {
        return outcome(
                () -> words.size() > MAX_WORDS ? BadLine.OUTCOME : run(new Call(script, words)));
    }

    private String run(Call call) {
        return switch (call.name()) {
            case "start" -> start(call);
            case "join" -> call.thread(1).outcome().join();
            default -> Calls.run(call);
        };
    }

    /**
     * The started thread calls functions only: {@code start} and {@code join} are unknown to it.
     */
    private String start(Call call) {
        NamedThread thread = new NamedThread(call.newName(1), new CompletableFuture<>());
        Call started = new Call(script, call.wordsFrom(2));
        script.add(thread);
        Thread.ofPlatform()
                .daemon()
                .name("drill thread " + thread.name())
                .start(() -> thread.outcome().complete(outcome(() -> Calls.run(started))));
        return "ok";
    }

    /**
     * The library throws nothing by contract: THROWS is a defect, and where it began helps to find
     * it.
     */
    private static String outcome(Supplier<String> run) {
        try {
            return run.get();
        } catch (BadLine e) {
            return BadLine.OUTCOME;
        } catch (RuntimeException | Error e) {
            StackTraceElement[] trace = e.getStackTrace();
            String where = trace.length == 0 ? "" : " at " + trace[0];
            return ("THROWS " + e + where).replaceAll("\\R", " ");
        }
    }
}
