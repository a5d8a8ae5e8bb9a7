"""All questions about one study, unattended, in one page."""
