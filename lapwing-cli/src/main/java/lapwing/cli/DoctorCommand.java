package lapwing.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import lapwing.engine.Engine;
import lapwing.engine.choice.Engines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code lapwing doctor}. */
@Command(
        name = "doctor",
        description = {
            "Says which engine carries the calls out and why, whether it works,",
            "which limits of this system are low, and what to do about them."
        },
        footer = "%nThe exit status is 0 if the engine works; limits do not count.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // takes effect by itself
    private EngineOption option;

    private final Supplier<Engine> engines;
    private final SystemChecks system;

    DoctorCommand() {
        this(Engines::current, Path.of("/proc"));
    }

    /**
     * Makes the command for a given system.
     *
     * @param engines gives the engine, or throws with the reason why there is none
     * @param proc normally {@code /proc}
     */
    DoctorCommand(Supplier<Engine> engines, Path proc) {
        this.engines = engines;
        system = new SystemChecks(proc);
    }

    @Override
    public Integer call() {
        List<Check> engine = new ArrayList<>();
        List<Check> features = new ArrayList<>();
        examine(engine, features);
        List<Check> limits = system.limits();
        List<Check> timedWait = TimedWaitChecks.all();
        List<Check> jvm = system.jvm();
        int width =
                Stream.of(engine, features, limits, timedWait, jvm)
                        .flatMap(List::stream)
                        .mapToInt(check -> check.name().length())
                        .max()
                        .orElse(0);
        PrintWriter out = spec.commandLine().getOut();
        out.println(version());
        out.println();
        Check.print(out, "Engine", engine, width);
        if (!features.isEmpty()) {
            Check.print(out, "What the engine found", features, width);
        }
        Check.print(out, "Limits", limits, width);
        Check.print(out, "TIME_WAIT", timedWait, width);
        Check.print(out, "JVM and system", jvm, width);
        boolean works = engine.stream().noneMatch(check -> check.mark() == Check.Mark.BAD);
        out.println(verdict(works, count(limits, Check.Mark.LOW)));
        out.flush();
        return works ? 0 : 1;
    }

    private void examine(List<Check> result, List<Check> features) {
        String wish = System.getProperty("lapwing.engine", "auto");
        try {
            Engine engine = engines.get();
            String description = engine.description().split(", because ", 2)[0]; // said below
            result.add(Check.ok(engine.name(), description));
            result.add(Check.note("why", why(engine, wish), ""));
            for (Engine.Finding finding : engine.findings()) {
                features.add(
                        new Check(
                                finding.good() ? Check.Mark.OK : Check.Mark.ABSENT,
                                finding.name(),
                                finding.detail(),
                                finding.advice()));
            }
            result.add(RoundTrip.check());
        } catch (RuntimeException | LinkageError e) { // the first use fails in an initialiser
            String[] reason = reason(e).split("; ", 2); // what went wrong; the way out
            String wayOut = reason.length == 2 ? reason[1] : "";
            result.add(new Check(Check.Mark.BAD, "none", reason[0], wayOut));
            result.add(Check.note("why", "lapwing.engine is " + wish, ""));
        }
    }

    private static String why(Engine engine, String wish) {
        if (!wish.equals("auto")) {
            return "lapwing.engine=" + wish + " asks for it";
        }
        return engine.name().equals("uring")
                ? "lapwing.engine is auto, and the kernel grants io_uring"
                : "lapwing.engine is auto, and io_uring is not to be had, see below";
    }

    /** What the exception at the bottom says; the ones above only say where it passed. */
    private static String reason(Throwable e) {
        Throwable bottom = e;
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            bottom = t;
            if (t instanceof IllegalStateException) {
                break; // the engine's own words
            }
        }
        String message = bottom.getMessage();
        return message == null ? bottom.toString() : message;
    }

    private static long count(List<Check> checks, Check.Mark mark) {
        return checks.stream().filter(check -> check.mark() == mark).count();
    }

    private static String verdict(boolean works, long low) {
        String engine = works ? "The engine works" : "The engine does not work";
        return engine
                + switch ((int) low) {
                    case 0 -> ".";
                    case 1 -> "; one limit is low.";
                    default -> "; " + low + " limits are low.";
                };
    }

    private static String version() {
        try {
            return new Version().getVersion()[0];
        } catch (IOException e) {
            return "lapwing, version unknown: " + e.getMessage();
        }
    }
}
