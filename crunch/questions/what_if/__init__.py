"""Question 4: what if I do this?"""
