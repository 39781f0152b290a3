package dev.twincast.cli;

import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * POSIX signals, by {@code sun.misc.Signal} of module {@code jdk.unsupported}: a shutdown hook
 * could neither choose the exit code in peace nor notice a second signal. By reflection, because
 * javac warns of that class in a way that nothing can suppress, and our warnings are errors.
 */
final class Signals {
  private Signals() {}

  /** Calls {@code handler} with a signal's number, in a thread of the JVM's, whenever one comes. */
  static void handle(IntConsumer handler, String... names) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {signalHandler},
              (self, method, args) -> {
                handler.accept((int) signal.getMethod("getNumber").invoke(args[0]));
                return null;
              });
      for (String name : names) {
        signal
            .getMethod("handle", signal, signalHandler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java runtime lacks the module jdk.unsupported", e);
    }
  }
}
