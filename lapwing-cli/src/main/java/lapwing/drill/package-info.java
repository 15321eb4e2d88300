/**
 * The script runner: reads drill scripts, carries out their Winsock calls through {@link
 * lapwing.winsock}, and compares what they return with what the script expects.
 *
 * <p>What lives here: the language (lines, words, numbers, data, addresses, expectations), the
 * objects a script makes, and one class for each group of calls, named as in the language's page.
 * Who may call it: {@code lapwing drill}, through {@link lapwing.drill.Drill}; it uses the exported
 * library only, as any program would. Where to start: {@link lapwing.drill.Drill} runs files,
 * {@code ScriptRun} runs the lines of one, {@code Calls} lists what a line may call.
 */
@NullMarked
package lapwing.drill;

import org.jspecify.annotations.NullMarked;
