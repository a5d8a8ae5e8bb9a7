"""Question 2: who has which share of the variation?"""
