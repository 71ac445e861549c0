package dev.phaseline.core.run;

/// The names of a pipeline's topics, as codecs get to see them.
public interface Topics {
  /// The topic that a phase reads.
  String phase(String name);

  /// The topic of items that have ended well.
  String done();
}
