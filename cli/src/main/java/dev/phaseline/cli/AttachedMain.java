package dev.phaseline.cli;

import java.io.IOException;

/// Program of a process that ends when the one that started it does, however that ends: its
/// standard input is a pipe, which is then closed. The rest is [Main].
final class AttachedMain {
  private AttachedMain() {}

  public static void main(String[] arguments) {
    Thread.ofPlatform().daemon().name("parent").start(AttachedMain::endWithParent);
    Main.main(arguments);
  }

  private static void endWithParent() {
    try {
      var _ = System.in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException broken) {
      // the same: there is no parent any more
    }
    Runtime.getRuntime().halt(1);
  }
}
