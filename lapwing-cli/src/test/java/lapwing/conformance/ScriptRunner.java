package lapwing.conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lapwing.drill.Drill;

/**
 * The program that runs scripts on the engine of its JVM, many at a time, since they mostly wait;
 * prints what each has printed.
 */
public final class ScriptRunner {
    private static final int AT_A_TIME = 12;

    private ScriptRunner() {}

    public static void main(String[] files) throws InterruptedException, ExecutionException {
        List<Future<String>> outputs = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (String file : files) {
                outputs.add(threads.submit(() -> run(file)));
            }
            for (Future<String> output : outputs) {
                System.out.print(output.get());
            }
        }
        System.exit(0); // calls that hang are left behind
    }

    private static String run(String file) throws InterruptedException {
        StringWriter out = new StringWriter();
        new Drill(new PrintWriter(out), false).run(List.of(file));
        return out.toString();
    }
}
