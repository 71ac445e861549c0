/// For tests of pipelines: run one in memory, on a clock that moves only when told.
///
/// Start reading at [PipelineDriver].
@NullMarked
package dev.phaseline.testkit;

import org.jspecify.annotations.NullMarked;
