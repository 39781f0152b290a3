package dev.twincast.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;

/**
 * One thing that happened, with named fields: a line of NDJSON. The names are documented in {@code
 * docs/ndjson.md}; scripts rely on them.
 */
record Event(JsonObject fields) {
  /** An event that happens now. */
  static Event of(String name) {
    JsonObject fields = new JsonObject();
    fields.addProperty("event", name);
    fields.addProperty("time", Instant.now().toString());
    return new Event(fields);
  }

  static Event summary(String command) {
    return of("summary").with("command", command);
  }

  /** Reads a line that {@link #toString} wrote. */
  static Event parse(String line) {
    return new Event(JsonParser.parseString(line).getAsJsonObject());
  }

  Event with(String name, String value) {
    fields.addProperty(name, value);
    return this;
  }

  Event with(String name, Number value) {
    fields.addProperty(name, value);
    return this;
  }

  Event with(String name, boolean value) {
    fields.addProperty(name, value);
    return this;
  }

  Event with(String name, JsonObject value) {
    fields.add(name, value);
    return this;
  }

  String name() {
    return text("event");
  }

  boolean is(String name) {
    return name().equals(name);
  }

  boolean has(String name) {
    return fields.has(name);
  }

  String text(String name) {
    return fields.get(name).getAsString();
  }

  boolean isTrue(String name) {
    return fields.get(name).getAsBoolean();
  }

  long number(String name) {
    return fields.get(name).getAsLong();
  }

  JsonObject object(String name) {
    return fields.getAsJsonObject(name);
  }

  /** One line of JSON, without the line's end. */
  @Override
  public String toString() {
    return fields.toString();
  }
}
