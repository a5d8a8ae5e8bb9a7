"""What goes with each lever of a study, settled once, before any question is asked."""
