"""Question 4: what is the cheapest way there?"""
