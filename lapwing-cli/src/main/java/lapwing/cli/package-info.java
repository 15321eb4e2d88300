/**
 * The command line.
 *
 * <p>What lives here: one class for each subcommand, which reads its options and hands over to the
 * package that does the work. Who calls it: the launcher. Where to start: {@link lapwing.cli.Main}.
 */
package lapwing.cli;
