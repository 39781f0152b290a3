/**
 * The command {@code twincast}.
 *
 * <pre>{@code
 * Main -> Syntax.parse -> Arguments -> a Command -> Event ... -> Output -> a line of text, or of NDJSON
 * }</pre>
 *
 * A command says what happens only as {@link dev.twincast.cli.Event events}; {@link
 * dev.twincast.cli.Lines} alone knows how an event reads as text. So the text, the NDJSON and the
 * demo, which reads the events of its child processes, cannot disagree.
 */
package dev.twincast.cli;
