"""The questions crunch answers, one module each: a study in, an answer out."""
