package dev.phaseline.core;

/// A [Codec] without its payload's type, for phases that have no predecessor of a known type: the
/// bound `AnyPayload<? extends O>` holds for every codec when `O` is [Object], and for none
/// otherwise, so [Pipeline.Builder] needs no unchecked variant.
///
/// @param <T> always [Object]
public sealed interface AnyPayload<T> permits Codec {}
