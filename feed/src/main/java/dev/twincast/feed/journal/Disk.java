package dev.twincast.feed.journal;

import java.io.IOException;
import java.util.List;

/**
 * A flat set of named files that outlive the process. What is written or created reaches the disk
 * some time, in any order and in parts, unless it is forced. Not thread-safe.
 */
interface Disk extends AutoCloseable {

  /** The names of all files, in any order. */
  List<String> list() throws IOException;

  /**
   * A file of this length that reads as zeros, in place of one of that name. Space for it is not
   * reserved: a later write may find the disk full.
   */
  DiskFile create(String name, int lengthBytes) throws IOException;

  /** A file that exists, for reading and writing. */
  DiskFile open(String name) throws IOException;

  /** Gives a file another name, in place of one that has it: at once, also if power is lost. */
  void rename(String from, String to) throws IOException;

  /** Does nothing if there is no such file. */
  void delete(String name) throws IOException;

  /** Makes what was created, renamed and deleted so far survive the loss of power. */
  void forceNames() throws IOException;

  @Override
  void close() throws IOException;
}
