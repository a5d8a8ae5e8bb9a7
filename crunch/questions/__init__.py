"""The questions crunch answers, one folder each: a study in, an answer out."""
