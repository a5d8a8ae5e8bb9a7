"""Question 1: what is a score really made of?"""
