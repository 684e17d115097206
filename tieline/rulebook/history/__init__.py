"""What changed from one edition to the next, and through which wordings did a paragraph go?"""
