package dev.twincast.cli;

import dev.twincast.anycast.Policy;

/** What {@code --policy} says: any one of many, but which? */
final class Policies {
  static final String ALL = "random, round-robin, least-loaded or hash:KEY";

  private static final String HASH = "hash:";

  private Policies() {}

  static Policy parse(String text) {
    return switch (text) {
      case "random" -> Policy.random();
      case "round-robin" -> Policy.roundRobin();
      case "least-loaded" -> Policy.leastLoaded();
      default -> {
        if (!text.startsWith(HASH) || text.length() == HASH.length()) {
          throw new IllegalArgumentException("'" + text + "' is not " + ALL);
        }
        yield Policy.hash(text.substring(HASH.length()));
      }
    };
  }
}
