package dev.phaseline.embedded;

import java.nio.file.Path;

/// A program that starts a broker's process, prints its id and waits to be killed.
final class BrokerParent {
  private BrokerParent() {}

  public static void main(String[] args) throws InterruptedException {
    var broker = BrokerProcess.start(EmbeddedBroker.Config.in(Path.of(args[0])));
    System.out.println(broker.pid());
    Thread.currentThread().join();
  }
}
