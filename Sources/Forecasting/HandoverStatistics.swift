/// Handover rates between cells, forgotten exponentially.
