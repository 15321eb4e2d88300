package lapwing.conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lapwing.drill.Drill;

/**
 * The program that runs scripts on the engine of its JVM, many at a time, since they mostly wait;
 * prints what each has printed. Scripts have time limits, so one that fails among others gets a
 * second chance, alone.
 */
public final class ScriptRunner {
    private static final int AT_A_TIME = 12;

    private ScriptRunner() {}

    public static void main(String[] files) throws InterruptedException, ExecutionException {
        Map<String, Future<String>> outputs = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (String file : files) {
                outputs.put(file, threads.submit(() -> run(file)));
            }
        }
        for (String file : files) {
            String output = outputs.get(file).get();
            System.out.print(output.contains("\nPASS ") ? output : run(file));
        }
        System.exit(0); // calls that hang are left behind
    }

    private static String run(String file) throws InterruptedException {
        StringWriter out = new StringWriter();
        new Drill(new PrintWriter(out), false).run(List.of(file));
        return out.toString();
    }
}
