"""Question 2: which inputs actually move the score?"""
