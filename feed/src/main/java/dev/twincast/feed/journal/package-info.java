/**
 * What a recorder keeps, and how it lies on a disk: {@code docs/journal.md} has it to the byte.
 *
 * <pre>
 * Store            what the rest of the feed sees
 * └ Journal        on a disk: many sessions, fsync policy, retention
 *   └ SessionLog   one session: its segments, without a hole unless one is damaged
 *     ├ Recovery      what a run before has left
 *     ├ Segment, SegmentWriter, Cursor     one file: known of it, written to it, read from it
 *     └ SegmentName, SegmentHeader, Records, SparseIndex     the format, pure
 * Disk, DiskFile   the door to the file system; DirectoryDisk is the real one
 * </pre>
 */
package dev.twincast.feed.journal;
