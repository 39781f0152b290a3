/** What a recorder keeps, and how it lies on a disk. */
package dev.twincast.feed.journal;
