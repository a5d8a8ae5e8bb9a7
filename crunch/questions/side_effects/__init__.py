"""Question 3: what else moves when I pull a lever?"""
