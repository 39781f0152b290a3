/** Any one of many over TCP. */
package dev.twincast.anycast;
