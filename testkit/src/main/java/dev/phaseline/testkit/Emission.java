package dev.phaseline.testkit;

import dev.phaseline.schemas.ItemHeaders;
import org.jspecify.annotations.Nullable;

/// One record that leaves a phase. Its arrays are never changed.
///
/// @param phase whose topic; null for the end
/// @param version the version of the pipeline that its item is of from here on
/// @param isRekeyed whether it only goes round, to the place of its own key
/// @param headers whose it is
/// @param key null for none
/// @param value null for an end without a result
@SuppressWarnings("ArrayRecordComponent") // never compared
record Emission(
    @Nullable String phase,
    int version,
    boolean isRekeyed,
    ItemHeaders headers,
    byte @Nullable [] key,
    byte @Nullable [] value) {}
