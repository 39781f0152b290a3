/**
 * Files as messages of a feed: a manifest, then chunks. {@code docs/wire-format.md}, "Files", has
 * them to the byte. A {@link dev.twincast.feed.files.FileSource} turns a file into messages, a
 * {@link dev.twincast.feed.files.FolderReceiver} turns messages into files.
 */
package dev.twincast.feed.files;
