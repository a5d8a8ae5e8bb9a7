"""Question 1: why is it stuck, and how far is the next point?"""
