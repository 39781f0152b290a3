package dev.twincast.feed.machine;

/**
 * What answering came to, since the start.
 *
 * @param requests request packets that asked for messages
 * @param packets packets sent in answer
 * @param messages messages in them
 * @param suppressed requests that were duplicates
 * @param refused requests dropped because the asker, or all askers together, asked for too much
 */
public record AnswerStatistics(
    long requests, long packets, long messages, long suppressed, long refused) {}
