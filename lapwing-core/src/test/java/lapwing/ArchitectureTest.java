package lapwing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.util.Set;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rooms and the arrows between them, which point only down (style §1, design §2). */
@Timeout(60)
class ArchitectureTest {
    private static final String WINSOCK = "lapwing.winsock..";
    private static final String SOCKET = "lapwing.socket..";
    private static final String PORT = "lapwing.port..";
    private static final String ENGINE = "lapwing.engine..";
    private static final String CHOICE = "lapwing.engine.choice";
    private static final String URING = "lapwing.engine.uring..";
    private static final String SELECTOR = "lapwing.engine.selector..";

    /** Of ThreadState: what sets the last error. */
    private static final Set<String> SETTERS = Set.of("fail", "error", "ok", "succeeded", "result");

    private static JavaClasses library;

    @BeforeAll
    static void read() {
        library =
                new ClassFileImporter()
                        .importUrl(
                                Winsock.class.getProtectionDomain().getCodeSource().getLocation());
        assertThat(library.contain(Winsock.class)).isTrue();
    }

    @Test
    void enginesKnowNobodyAbove() {
        noneKnows(ENGINE, PORT, SOCKET);
    }

    @Test
    void portsKnowEnginesOnly() {
        noneKnows(PORT, SOCKET);
    }

    /** Not the rooms below, and not another face. */
    @Test
    void nobodyKnowsTheFaceOfWinsock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(WINSOCK)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(WINSOCK)
                .check(library);
    }

    private static void noneKnows(String room, String... above) {
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(above)
                .check(library);
    }

    @Test
    void packagesAreInNoCircle() {
        slices().matching("lapwing.(**)").should().beFreeOfCycles().check(library);
    }

    @Test
    void onlyTheChoiceOfTheEngineKnowsTheEngines() {
        noClasses()
                .that()
                .resideOutsideOfPackages(CHOICE, URING, SELECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(URING, SELECTOR)
                .check(library);
    }

    @Test
    void enginesDoNotKnowEachOther() {
        noneKnows(URING, SELECTOR);
        noneKnows(SELECTOR, URING);
    }

    @Test
    void onlyTheEngineOnIoUringCallsNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage(URING)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Linker.class, SymbolLookup.class, FunctionDescriptor.class)
                .check(library);
    }

    /** Inside, a refusal is a value: other faces will stand on the same sockets. */
    @Test
    void onlyFunctionsOfTheFacesSetLastErrors() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        "lapwing\\.winsock\\."
                                + "(Winsock|Kernel32|Extension|EventWait|RioQueues|RioTransfers"
                                + "|ThreadState)(\\$.*)?")
                .should()
                .callMethodWhere(
                        describe(
                                "a last error is set",
                                call ->
                                        call.getTargetOwner().getSimpleName().equals("ThreadState")
                                                && SETTERS.contains(call.getName())))
                .check(library);
    }

    @Test
    void libraryNeedsNothingButTheJdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("lapwing..", "java..", "jdk..", "org.jspecify.annotations")
                .check(library);
    }
}
