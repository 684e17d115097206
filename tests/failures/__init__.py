"""What went wrong elsewhere, a named test each: does it go wrong here?"""
