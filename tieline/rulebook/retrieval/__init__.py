"""Which paragraph answers, by its words and by its meaning, and is it answered here at all?"""
