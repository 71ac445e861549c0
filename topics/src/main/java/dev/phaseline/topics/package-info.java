/// The topics of pipelines and of what pipelines of a namespace share: made when they are missing,
/// checked when they are there. A module of its own, because whoever runs a worker inside a service
/// needs its topics and none of what operators need besides.
@NullMarked
package dev.phaseline.topics;

import org.jspecify.annotations.NullMarked;
