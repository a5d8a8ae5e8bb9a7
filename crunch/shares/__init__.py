"""Who gets which part of R²: the engine of importance, arrays in, arrays out."""
